/** Keeps the files of devices as the log has them: the newest command of each, and what was seen of it; rebuilt from there at every start. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Followed, LogReader } from '../../processors/runtime/log.ts'
import type { Command, DeviceAck } from '../../schemas/dispatch.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'
import { type DeviceFile, takeAck, takeCommand } from './device-file.ts'
import { changeFile, type DeviceFiles, plain, type Recorder } from './recorder.ts'

/** Older commands have expired, and what an older release owes is issued anew by the dispatcher. */
export const LOOK_BACK_MS = 48 * 3_600_000

export interface FollowOptions {
  readonly commands: Topic<Command>
  readonly reader: LogReader
  readonly clock: Clock
  readonly node: string
  readonly files: DeviceFiles
  readonly recorder: Recorder
  /** Whether this node could have sent it something. */
  readonly isReachable: (deviceId: string) => boolean
  /** Something is to be looked at anew. */
  readonly wake: (deviceId: string) => void
  readonly onError: (deviceId: string, error: unknown) => void
  /** Only devices of these; default: all. */
  readonly partitions?: readonly number[]
}

/** Resolves once the past has been read, so that nothing done before is done again. */
export async function followCommands(options: FollowOptions): Promise<{ stop(): Promise<void> }> {
  const { commands, reader, clock, partitions } = options
  const sinceMs = clock.nowMs() - LOOK_BACK_MS
  let isLive = false
  const acks = await reader.follow([deviceAcks], { sinceMs }, (records) => onAcks(options, records, isLive), partitions)
  await acks.caughtUp
  isLive = true
  const orders = await reader.follow([commands], { sinceMs }, (records) => onCommands(options, records), partitions)
  await orders.caughtUp
  return {
    async stop() {
      await Promise.all([acks.stop(), orders.stop()])
    },
  }
}

/** `isLive`: the past is known; what this process writes is in the files before it is on the log. */
function onAcks({ node, files }: FollowOptions, records: readonly Followed<DeviceAck>[], isLive: boolean): void {
  for (const { value: ack } of records) {
    const isOwn = isLive && ack?.node === node
    if (ack && !isOwn) changeFile(files, ack.deviceId, (file) => takeAck(file, ack))
  }
}

function onCommands(options: FollowOptions, records: readonly Followed<Command>[]): void {
  const { files, wake } = options
  for (const { value: command } of records) {
    if (!command) continue
    const before = files.get(command.deviceId)
    changeFile(files, command.deviceId, (file) => takeCommand(file, command))
    if (before?.command) noteSuperseded(options, before, before.command, command)
    wake(command.deviceId)
  }
}

/** Only who could have sent the older command says that it was not. */
function noteSuperseded(options: FollowOptions, { sentSeq }: DeviceFile, older: Command, newer: Command): void {
  const { recorder, isReachable, onError } = options
  const isPassedOver = older.seq < newer.seq && older.seq > sentSeq && isReachable(newer.deviceId)
  if (!isPassedOver) return
  recorder.record(older, plain('superseded', 'a newer command came'), true).catch((error: unknown) => onError(older.deviceId, error))
}
