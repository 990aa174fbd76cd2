/** What a connector node knows about one device's commands, folded from the log: the newest command, and how far it and its forerunners came. */
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'

/** An answer after which an apply is not sent again; a release is settled by `released` only. */
const FINAL: ReadonlySet<AckStatus> = new Set(['accepted', 'rejected', 'notSupported', 'overridden', 'applied', 'released', 'superseded'])

export interface DeviceFile {
  /** The newest. */
  readonly command: Command | undefined
  /** The newest answer that settles its command; seq 0 = none yet. */
  readonly answer: { readonly seq: number; readonly status: AckStatus }
  /** Greatest seq that may have reached the device, and when it was last sent. */
  readonly sentSeq: number
  readonly sentMs: number
  /** Until when the device may hold a limit that the file knows of, epoch ms UTC; 0 = none. */
  readonly holdsUntilMs: number
  /** Everything that the device ever got is in the file; else it may hold more than the file knows. */
  readonly whole: boolean
  /** An older command was answered after a newer one was sent: nobody knows in which order the device took them, so the newest is sent once more. */
  readonly again: boolean
  /** Tries of the newest command without an answer, and looks that did not show it to hold. */
  readonly tries: number
  readonly checks: number
  /** No try before this, epoch ms UTC. */
  readonly notBeforeMs: number
  /** Newest command that the log says comes too late; 0 = none. */
  readonly delayedSeq: number
  /** The newest ack of each part of a timeline that a vendor keeps, or may keep, as a thing of its own. */
  readonly parts: readonly DeviceAck[]
}

export const emptyFile: DeviceFile = {
  command: undefined,
  answer: { seq: 0, status: 'superseded' },
  sentSeq: 0,
  sentMs: 0,
  holdsUntilMs: 0,
  whole: false,
  again: false,
  tries: 0,
  checks: 0,
  notBeforeMs: 0,
  delayedSeq: 0,
  parts: [],
}

const FIRST_SEQ = 1

/** The newest seq wins; older ones change nothing. */
export function takeCommand(file: DeviceFile, command: Command): DeviceFile {
  const whole = file.whole || command.seq === FIRST_SEQ
  if (file.command && file.command.seq >= command.seq) return whole === file.whole ? file : { ...file, whole }
  return { ...file, whole, command, again: false, tries: 0, checks: 0, notBeforeMs: 0 }
}

/** A limit may be with the device from the first attempt to send it, whatever the answer was; taking an ack twice changes nothing. */
export function takeAck(file: DeviceFile, ack: DeviceAck): DeviceFile {
  const { seq, status, release, lastEndMs, atMs } = ack
  const whole = file.whole || seq === FIRST_SEQ
  if (status === 'superseded') return { ...file, whole, answer: answerAfter(file, ack) }
  if (status === 'delayed') return { ...file, whole, delayedSeq: Math.max(file.delayedSeq, seq) }
  if (status === 'released') return ack.part === '' ? takeReleased(file, ack) : { ...file, whole, parts: otherParts(file, ack) }
  return {
    ...file,
    whole,
    parts: ack.part === '' ? file.parts : [...otherParts(file, ack), ack],
    answer: FINAL.has(status) && !release ? answerAfter(file, ack) : file.answer,
    // A part says by itself whose it is.
    again: status !== 'sent' && (file.again || (status === 'accepted' && seq < file.sentSeq && ack.part === '')),
    sentSeq: Math.max(file.sentSeq, seq),
    sentMs: status === 'sent' && seq >= file.sentSeq ? atMs : file.sentMs,
    holdsUntilMs: release ? file.holdsUntilMs : Math.max(file.holdsUntilMs, lastEndMs),
  }
}

const otherParts = ({ parts }: DeviceFile, { part }: DeviceAck): readonly DeviceAck[] => parts.filter((other) => other.part !== part)

/** Nothing is left on the device; of something newer that was sent to it, nobody knows. */
function takeReleased(file: DeviceFile, ack: DeviceAck): DeviceFile {
  const answer = answerAfter(file, ack)
  if (ack.seq < file.sentSeq) return { ...file, answer, again: true }
  return { ...file, answer, whole: true, again: false, sentSeq: ack.seq, holdsUntilMs: 0, parts: [] }
}

/** A person's override is not undone by what comes after it about the same command; `applied` is more than `accepted`. */
function answerAfter({ answer }: DeviceFile, { seq, status }: DeviceFile['answer']): DeviceFile['answer'] {
  if (seq < answer.seq || (seq === answer.seq && answer.status === 'overridden')) return answer
  const isKnown = seq === answer.seq && answer.status === 'applied' && status === 'accepted'
  return isKnown ? answer : { seq, status }
}

/** End of the last segment, epoch ms UTC; 0 for a release. */
export const lastEndMs = (command: Command): number => command.segments.at(-1)?.endMs ?? 0

export const isRelease = (command: Command): boolean => command.segments.length === 0
