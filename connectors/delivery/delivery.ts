/** Brings the newest command of each reachable device to it, from the log, and the log to it: rebuilt from there at every start. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Followed, LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'
import { createCarrier } from './carrier.ts'
import { type DeviceFile, isRelease, takeAck, takeCommand } from './device-file.ts'
import type { Delivered, DevicePort } from './device-port.ts'
import { changeFile, createRecorder, type DeviceFiles, plain } from './recorder.ts'

/** Older commands have expired, and what an older release owes is issued anew by the dispatcher. */
const LOOK_BACK_MS = 48 * 3_600_000

export interface DeliveryOptions {
  readonly commands: Topic<Command>
  readonly port: DevicePort
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  /** Name of this node; no two that run at once may share one. */
  readonly node: string
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface Delivery {
  /** Call it when a device has become reachable. */
  onReachable(deviceId: string): void
  /** The answer to a command after `deliver` said `timedOut`. */
  onLateAnswer(deviceId: string, commandId: string, answer: Delivered): void
  /** Records that a person changed the device against our limit; the command that this ended, if any was in force. */
  onOverridden(deviceId: string, detail: string): Promise<Command | undefined>
  fileOf(deviceId: string): DeviceFile | undefined
  /** Acks written, by status. */
  counts(): Readonly<Partial<Record<AckStatus, number>>>
  /** Sends nothing more; what is under way ends with its connection. */
  stop(): Promise<void>
}

/** Resolves once the past has been read, so that nothing done before is done again. */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { commands, port, writer, reader, clock, node, onError } = options
  const files: DeviceFiles = new Map()
  const recorder = createRecorder({ files, writer, clock, node, epochOf: port.epochOf })
  const carrier = createCarrier({ files, port, recorder, clock, onError })
  const startMs = clock.nowMs()

  /** What this process writes is in the files before it is on the log. */
  const isOwn = (ack: DeviceAck): boolean => ack.node === node && ack.atMs >= startMs
  const onAcks = (records: readonly Followed<DeviceAck>[]): void => {
    for (const { value: ack } of records) if (ack && !isOwn(ack)) changeFile(files, ack.deviceId, (file) => takeAck(file, ack))
  }

  const onCommands = (records: readonly Followed<Command>[]): void => {
    for (const { value: command } of records) {
      if (!command) continue
      const before = files.get(command.deviceId)
      changeFile(files, command.deviceId, (file) => takeCommand(file, command))
      if (before?.command && isPassedOver(before, command)) noteSuperseded(before.command)
      carrier.wake(command.deviceId)
    }
  }
  /** Only who could have sent the older command says that it was not. */
  const isPassedOver = ({ command: older, sentSeq }: DeviceFile, newer: Command): boolean =>
    older !== undefined && older.seq < newer.seq && older.seq > sentSeq && port.epochOf(newer.deviceId) !== undefined
  const noteSuperseded = (command: Command): void => {
    recorder.record(command, plain('superseded', 'a newer command came')).catch((error: unknown) => onError(command.deviceId, error))
  }

  const sinceMs = startMs - LOOK_BACK_MS
  const acks = await reader.follow([deviceAcks], { sinceMs }, onAcks)
  await acks.caughtUp
  const orders = await reader.follow([commands], { sinceMs }, onCommands)
  await orders.caughtUp
  carrier.start()

  return {
    onReachable: (deviceId) => {
      if (files.has(deviceId)) changeFile(files, deviceId, (file) => ({ ...file, notBeforeMs: 0 }))
      carrier.wake(deviceId)
    },
    onLateAnswer: carrier.onLateAnswer,
    onOverridden: async (deviceId, detail) => {
      const command = files.get(deviceId)?.command
      if (!command || isRelease(command) || (command.segments.at(-1)?.endMs ?? 0) <= clock.nowMs()) return undefined
      await recorder.record(command, plain('overridden', detail))
      return command
    },
    fileOf: (deviceId) => files.get(deviceId),
    counts: recorder.counts,
    stop: async () => {
      carrier.stop()
      await Promise.all([acks.stop(), orders.stop()])
    },
  }
}
