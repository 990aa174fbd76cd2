/** Writes down what was seen about commands: in the device's file at once, and as an ack on the log. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogWriter } from '../../processors/runtime/log.ts'
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import { type DeviceFile, emptyFile, isRelease, lastEndMs, takeAck } from './device-file.ts'
import type { Delivered } from './device-port.ts'

/** Files by device. */
export type DeviceFiles = Map<string, DeviceFile>

/** `part`: the part of the timeline that it was seen of; absent = the whole. */
export type Seen = Omit<Delivered, 'status'> & { readonly status: AckStatus; readonly part?: string }

/** A command, or an ack that tells which it was about. */
export type About = Command | DeviceAck

export interface RecorderOptions {
  readonly files: DeviceFiles
  readonly writer: LogWriter
  readonly clock: Clock
  readonly node: string
  readonly epochOf: (deviceId: string) => number | undefined
}

export interface Recorder {
  /** Settles when the ack is durable: up to 25 ms later where it is patient, for what nobody waits for. It may then come behind a later one. */
  record(about: About, seen: Seen, isPatient?: boolean): Promise<void>
  counts(): Readonly<Partial<Record<AckStatus, number>>>
}

/** Something that was seen without a word of the device. */
export const plain = (status: AckStatus, detail = ''): Seen => ({ status, code: '', detail, vendorHandle: '' })

/** Replaces a device's file by what `change` makes of it. */
export function changeFile(files: DeviceFiles, deviceId: string, change: (file: DeviceFile) => DeviceFile): void {
  files.set(deviceId, change(files.get(deviceId) ?? emptyFile))
}

export function createRecorder({ files, writer, clock, node, epochOf }: RecorderOptions): Recorder {
  const counts: Partial<Record<AckStatus, number>> = {}

  async function record(about: About, seen: Seen, isPatient = false): Promise<void> {
    const { deviceId, commandId, seq, expiresMs } = about
    const isCommand = 'segments' in about
    const ack: DeviceAck = {
      deviceId,
      commandId,
      seq,
      atMs: clock.nowMs(),
      epoch: epochOf(deviceId) ?? -1,
      node,
      release: isCommand ? isRelease(about) : about.release,
      lastEndMs: isCommand ? lastEndMs(about) : about.lastEndMs,
      expiresMs,
      part: '',
      ...seen,
    }
    changeFile(files, deviceId, (file) => takeAck(file, ack))
    counts[seen.status] = (counts[seen.status] ?? 0) + 1
    await writer.append(deviceAcks, ack, { timestampMs: ack.atMs, isPatient })
  }

  return { record, counts: () => ({ ...counts }) }
}
