/** What a connector node knows about one device's commands, folded from the log: the newest command, and how far it and its forerunners came. */
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'

/** An answer after which a command is not sent again. */
const FINAL: ReadonlySet<AckStatus> = new Set(['accepted', 'rejected', 'notSupported', 'overridden', 'applied', 'released', 'superseded'])

export interface DeviceFile {
  readonly command: Command | undefined
  /** seq of the newest command that has a final answer. */
  readonly answeredSeq: number
  /** seq of the newest command that a read-back or metering has shown to hold. */
  readonly verifiedSeq: number
  /** Until when the device may hold a limit of ours, epoch ms UTC; 0 = never had one. */
  readonly holdsUntilMs: number
  /** Tries of the newest command so far. */
  readonly tries: number
}

export const emptyFile: DeviceFile = { command: undefined, answeredSeq: 0, verifiedSeq: 0, holdsUntilMs: 0, tries: 0 }

/** The newest seq wins; older ones change nothing. */
export function takeCommand(file: DeviceFile, command: Command): DeviceFile {
  return file.command && file.command.seq >= command.seq ? file : { ...file, command, tries: 0 }
}

/** A limit may be with the device from the first attempt to send it, whatever the answer was. */
export function takeAck(file: DeviceFile, ack: DeviceAck): DeviceFile {
  const answeredSeq = FINAL.has(ack.status) ? Math.max(file.answeredSeq, ack.seq) : file.answeredSeq
  const verifiedSeq = ack.status === 'applied' || ack.status === 'released' ? Math.max(file.verifiedSeq, ack.seq) : file.verifiedSeq
  if (ack.status === 'released') return { ...file, answeredSeq, verifiedSeq, holdsUntilMs: 0 }
  const mayHold = !ack.release && ack.status !== 'superseded'
  return { ...file, answeredSeq, verifiedSeq, holdsUntilMs: mayHold ? Math.max(file.holdsUntilMs, ack.lastEndMs) : file.holdsUntilMs }
}

/** End of the last segment, epoch ms UTC; 0 for a release. */
export const lastEndMs = (command: Command): number => command.segments.at(-1)?.endMs ?? 0

export const isRelease = (command: Command): boolean => command.segments.length === 0
