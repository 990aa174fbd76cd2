/** Works the partitions that a node was given: rebuilds from the log what is held and owed, keeps devices at their commands, and polls them. */
import type { Followed, Following } from '../../processors/runtime/log.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { PollPosition, RawTelemetry } from '../../schemas/telemetry.ts'
import { enrollmentState, telemetryPolls } from '../../topics/catalogue.ts'
import { startBackfill } from '../delivery/backfill.ts'
import { createEdge } from '../delivery/edge.ts'
import { followCommands, LOOK_BACK_MS } from '../delivery/follow.ts'
import { createRecorder, type DeviceFiles } from '../delivery/recorder.ts'
import { createDesk, type Desk } from './control/desk.ts'
import { type CloudDevice, deviceOf } from './device.ts'
import type { Lines } from './lines.ts'
import type { CloudOptions } from './node.ts'
import { createPoller, type Poller } from './polling/poller.ts'
import { type Position, positionOf, streamKey } from './polling/position.ts'

export interface Worker {
  /** A line has room again. */
  pump(credential: string): void
  /** Credentials came or went. */
  wakeAll(): void
  stats(): { readonly devices: number; readonly acks: Readonly<Record<string, number | undefined>> }
  /** Settles when nothing of these partitions is under way any more. */
  stop(): Promise<void>
}

const NO_CONNECTION = -1
/** Messages of vendors that a predecessor may not have acted on. */
const MESSAGES_BACK_MS = 3_600_000

interface Parts {
  readonly options: CloudOptions
  readonly devices: Map<string, CloudDevice>
  readonly positions: Map<string, Position>
  readonly desk: Desk
  readonly poller: Poller
  readonly followings: { stop(): Promise<void> }[]
  /** Called with each device that came after the start. */
  readonly atNew: ((deviceId: string) => void)[]
}

interface About {
  readonly partitions: readonly number[]
  readonly onError: (deviceId: string, error: unknown) => void
}

/** Resolves when the partitions are worked; what was done before is not done again. */
export async function startWorker(options: CloudOptions, partitions: readonly number[], lines: Lines): Promise<Worker> {
  const { clock, writer, adapters, instruments, reader, topics, decoder } = options
  const node = `${topics.protocol}@${options.node}`
  const onError = (deviceId: string, error: unknown): void =>
    options.log(`${topics.protocol} ${deviceId}: ${error instanceof Error ? error.message : String(error)}`)
  const edge = createEdge({ protocol: topics.protocol, raw: topics.raw, writer, clock, node })
  const files: DeviceFiles = new Map()
  const devices = new Map<string, CloudDevice>()
  const positions = new Map<string, Position>()
  const recorder = createRecorder({ files, writer, clock, node, epochOf: () => undefined })
  const shared = { devices, adapters, lineOf: lines.of, files, edge, clock, instruments, onError }
  const desk = createDesk({ ...shared, recorder })
  const poller = createPoller({ ...shared, positions, decoder, writer, node, isIdle: desk.isIdle })
  const parts: Parts = { options, devices, positions, desk, poller, followings: [], atNew: [] }
  await followDevices(parts, partitions)
  await followPolls(parts, partitions, lines)
  // Of what came while nobody worked these partitions, nobody could have sent anything.
  let isLive = false
  const isReachable = (deviceId: string): boolean => isLive && devices.has(deviceId)
  const { commands } = topics
  const wake = desk.wake
  parts.followings.push(await followCommands({ commands, reader, clock, node, files, recorder, isReachable, wake, onError, partitions }))
  await followMessages(parts, partitions)
  isLive = true
  desk.start()
  poller.start()
  await followGaps(parts, { partitions, onError })
  return {
    pump: (credential) => pump(parts, credential),
    wakeAll: () => wakeAll(parts),
    stats: () => ({ devices: devices.size, acks: recorder.counts() }),
    async stop() {
      await Promise.all([desk.stop(), poller.stop()])
      await Promise.all(parts.followings.map((following) => following.stop()))
    },
  }
}

function pump({ desk, poller }: Parts, credential: string): void {
  desk.pump(credential)
  poller.pump(credential)
}

function wakeAll({ devices, desk }: Parts): void {
  for (const deviceId of devices.keys()) desk.wake(deviceId)
}

async function followDevices({ options, devices, desk, followings, atNew }: Parts, partitions: readonly number[]): Promise<void> {
  const { reader, topics } = options
  const take = (records: readonly Followed<DeviceState>[]): void => {
    for (const { key, value, partition } of records) {
      const isNew = !devices.has(key)
      if (value?.attributes.protocol === topics.protocol) devices.set(key, deviceOf(value, partition))
      else devices.delete(key)
      desk.wake(key)
      if (isNew && devices.has(key)) for (const tell of atNew) tell(key)
    }
  }
  const following = await reader.follow([enrollmentState], 'beginning', take, partitions)
  followings.push(following)
  await following.caughtUp
}

/** Positions are written at least daily; only after a longer standstill of our own the whole log is read. */
async function followPolls({ options, devices, positions }: Parts, partitions: readonly number[], lines: Lines): Promise<void> {
  const { reader, clock } = options
  const adapterOf = (vendor: string) => options.adapters.get(vendor)
  const sinceMs = clock.nowMs() - LOOK_BACK_MS
  const take = (records: readonly Followed<PollPosition>[]): void => {
    for (const { value } of records) {
      const device = value && devices.get(value.deviceId)
      if (!device) continue
      const key = streamKey(value.deviceId, value.stream)
      if ((positions.get(key)?.writtenMs ?? 0) > value.atMs) continue
      positions.set(key, positionOf(value))
      if (value.atMs >= sinceMs) lines.of(device)?.note(value.atMs, value.calls)
    }
  }
  await readOnce(await reader.follow([telemetryPolls], { sinceMs }, take, partitions))
  const isKnown = (device: CloudDevice): boolean =>
    (adapterOf(device.vendor)?.telemetry.streamsOf(device.attributes) ?? []).every((name) =>
      positions.has(streamKey(device.deviceId, name)),
    )
  if ([...devices.values()].every(isKnown)) return
  await readOnce(await reader.follow([telemetryPolls], 'beginning', take, partitions))
}

/** A device is asked for what it did not tell through its vendor, which is there as long as we work the device. */
async function followGaps({ options, devices, poller, followings, atNew }: Parts, about: About): Promise<void> {
  const { reader, clock } = options
  const asking = await startBackfill({
    ...{ reader, clock, ...about },
    epochOf: (deviceId) => (devices.has(deviceId) ? NO_CONNECTION : undefined),
    backfill: async (missing) => poller.backfill(missing),
  })
  followings.push(asking)
  atNew.push(asking.onReachable)
}

async function readOnce(following: Following): Promise<void> {
  await following.caughtUp
  await following.stop()
}

/** Whichever node a vendor's message came to, the one that works the device reads it from the log. */
async function followMessages({ options, devices, desk, followings }: Parts, partitions: readonly number[]): Promise<void> {
  const { reader, clock, topics, adapters } = options
  const take = async (records: readonly Followed<RawTelemetry>[]): Promise<void> => {
    for (const { value } of records) {
      const device = value && devices.get(value.deviceId)
      const sight = device && adapters.get(device.vendor)?.readMessage?.(value)
      if (device && sight) await desk.onSight(device.deviceId, sight)
    }
  }
  const isHeard = [...adapters.values()].some(({ readMessage }) => readMessage !== undefined)
  if (!isHeard) return
  const following = await reader.follow([topics.raw], { sinceMs: clock.nowMs() - MESSAGES_BACK_MS }, take, partitions)
  followings.push(following)
  await following.caughtUp
}
