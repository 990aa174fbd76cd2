/** Brings the newest command of each reachable device to it, from the log, and the log to it: rebuilt from there at every start. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Followed, LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'
import { type Carrier, createCarrier } from './carrier.ts'
import { type DeviceFile, lastEndMs, takeAck, takeCommand } from './device-file.ts'
import type { Delivered, DevicePort } from './device-port.ts'
import { changeFile, createRecorder, type DeviceFiles, plain, type Recorder } from './recorder.ts'

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
  /** The device has said something that a look would show. */
  onSaid(deviceId: string): void
  /** The answer to a command after `deliver` said `timedOut`, or another answer to the newest one. */
  onLateAnswer(deviceId: string, commandId: string, answer: Delivered): void
  /** Records that a person changed the device against our limit; the command that this ended, if any was in force. */
  onOverridden(deviceId: string, detail: string): Promise<Command | undefined>
  /** Acks written, by status. */
  counts(): Readonly<Partial<Record<AckStatus, number>>>
  /** Sends nothing more; what is under way ends with its connection. */
  stop(): Promise<void>
}

interface Parts {
  readonly options: DeliveryOptions
  readonly files: DeviceFiles
  readonly recorder: Recorder
  readonly carrier: Carrier
  /** The past is known: from here on, acks of this node are those that this process writes. */
  isLive: boolean
}

/** Resolves once the past has been read, so that nothing done before is done again. */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { commands, port, writer, reader, clock, node, onError } = options
  const files: DeviceFiles = new Map()
  const recorder = createRecorder({ files, writer, clock, node, epochOf: port.epochOf })
  const carrier = createCarrier({ files, port, recorder, clock, onError })
  const parts: Parts = { options, files, recorder, carrier, isLive: false }
  const sinceMs = clock.nowMs() - LOOK_BACK_MS
  const acks = await reader.follow([deviceAcks], { sinceMs }, (records) => onAcks(parts, records))
  await acks.caughtUp
  parts.isLive = true
  const orders = await reader.follow([commands], { sinceMs }, (records) => onCommands(parts, records))
  await orders.caughtUp
  carrier.start()
  return {
    onReachable: (deviceId) => {
      if (files.has(deviceId)) changeFile(files, deviceId, (file) => ({ ...file, notBeforeMs: 0 }))
      carrier.wake(deviceId)
    },
    onSaid: (deviceId) => {
      if (files.has(deviceId)) changeFile(files, deviceId, (file) => ({ ...file, checks: 0, notBeforeMs: 0 }))
      carrier.wake(deviceId)
    },
    onLateAnswer: carrier.onLateAnswer,
    onOverridden: (deviceId, detail) => onOverridden(parts, deviceId, detail),
    counts: recorder.counts,
    stop: async () => {
      carrier.stop()
      await Promise.all([acks.stop(), orders.stop()])
    },
  }
}

/** What this process writes is in the files before it is on the log. */
function onAcks({ options: { node }, files, isLive }: Parts, records: readonly Followed<DeviceAck>[]): void {
  for (const { value: ack } of records) {
    const isOwn = isLive && ack?.node === node
    if (ack && !isOwn) changeFile(files, ack.deviceId, (file) => takeAck(file, ack))
  }
}

function onCommands(parts: Parts, records: readonly Followed<Command>[]): void {
  const { files, carrier } = parts
  for (const { value: command } of records) {
    if (!command) continue
    const before = files.get(command.deviceId)
    changeFile(files, command.deviceId, (file) => takeCommand(file, command))
    if (before?.command) noteSuperseded(parts, before, before.command, command)
    carrier.wake(command.deviceId)
  }
}

/** Only who could have sent the older command says that it was not. */
function noteSuperseded({ options, recorder }: Parts, { sentSeq }: DeviceFile, older: Command, newer: Command): void {
  const { port, onError } = options
  const isPassedOver = older.seq < newer.seq && older.seq > sentSeq && port.epochOf(newer.deviceId) !== undefined
  if (!isPassedOver) return
  recorder.record(older, plain('superseded', 'a newer command came')).catch((error: unknown) => onError(older.deviceId, error))
}

async function onOverridden({ options, files, recorder }: Parts, deviceId: string, detail: string): Promise<Command | undefined> {
  const command = files.get(deviceId)?.command
  if (!command || lastEndMs(command) <= options.clock.nowMs()) return undefined
  await recorder.record(command, plain('overridden', detail))
  return command
}
