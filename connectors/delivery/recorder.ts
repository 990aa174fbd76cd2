/** Writes down what was seen about commands: in the device's file at once, and as an ack on the log. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogWriter } from '../../processors/runtime/log.ts'
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import { type DeviceFile, emptyFile, isRelease, lastEndMs, takeAck } from './device-file.ts'
import type { Delivered } from './device-port.ts'

/** Files by device. */
export type DeviceFiles = Map<string, DeviceFile>

export type Seen = Omit<Delivered, 'status'> & { readonly status: AckStatus }

export interface RecorderOptions {
  readonly files: DeviceFiles
  readonly writer: LogWriter
  readonly clock: Clock
  readonly node: string
  readonly epochOf: (deviceId: string) => number | undefined
}

export interface Recorder {
  /** Settles when the ack is durable. */
  record(command: Command, seen: Seen): Promise<void>
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

  async function record(command: Command, seen: Seen): Promise<void> {
    const { deviceId, commandId, seq, expiresMs } = command
    const ack: DeviceAck = {
      deviceId,
      commandId,
      seq,
      atMs: clock.nowMs(),
      epoch: epochOf(deviceId) ?? -1,
      node,
      release: isRelease(command),
      lastEndMs: lastEndMs(command),
      expiresMs,
      ...seen,
    }
    changeFile(files, deviceId, (file) => takeAck(file, ack))
    counts[seen.status] = (counts[seen.status] ?? 0) + 1
    await writer.append(deviceAcks, ack, { timestampMs: ack.atMs })
  }

  return { record, counts: () => ({ ...counts }) }
}
