/** Gathers the evidence about a device in an event from the log, by the index where there is one. */
import type { EnrollmentChange } from '../../../schemas/enrollment.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import * as topics from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import type { Schemas } from '../../../topics/registry.ts'
import { findRecords, type Wanted, type WantedOptions, wanted } from '../log/find-records.ts'
import type { Placed } from '../log/placed.ts'
import type { From, RawLog } from '../log/raw-log.ts'
import { type Evidence, type Gathering, nothingGathered } from './evidence.ts'
import { findCauses, findEvent } from './find-event.ts'
import type { DeviceQuestion, LogIndex } from './index-query.ts'
import { withToldCauses } from './told-causes.ts'

export interface GatherOptions {
  readonly log: RawLog
  readonly schemas: Schemas
  /** Ours, or that of whoever asked for the event. */
  readonly eventId: string
  readonly deviceId: string
  /** Where records stand; the index may know nothing. */
  readonly askIndex: (asked: DeviceQuestion) => Promise<LogIndex>
  readonly onProgress: (what: string, share: number) => void
}

/** When the event is, and when it became known; epoch ms UTC. */
type Extent = Pick<DeviceQuestion, 'startMs' | 'endMs' | 'knownMs'>

/** Clocks of devices may run ahead by 15 minutes, and a record is stamped when it is received. */
const AHEAD_MS = 20 * 60_000

const extentOf = (events: readonly Placed<UtilityEvent>[]): Extent => ({
  startMs: Math.min(...events.map(({ value }) => value.startMs)),
  endMs: Math.max(...events.map(({ value }) => value.endMs)),
  knownMs: Math.min(...events.map(({ value, timestampMs }) => Math.min(value.receivedMs, timestampMs))),
})

/** The device, and the meters and resources that it ever counted to. */
const unitsOf = (deviceId: string, changes: readonly Placed<EnrollmentChange>[]): readonly string[] => [
  ...new Set([deviceId, ...changes.flatMap(({ value }) => [value.meterId, value.resourceId].filter((id) => id !== null))]),
]

const overlaps = (startMs: number, lengthMs: number, { startMs: fromMs, endMs }: Extent): boolean =>
  startMs < endMs && startMs + lengthMs > fromMs

/** Wants records of one partition: from the index as far as it goes, from the log after that. */
type Want = <T>(topic: Topic<T>, from: From, options: Pick<WantedOptions<T>, 'keys' | 'matches'>, into: Placed<T>[]) => Wanted

function wantIn(partition: number, index: LogIndex): Want {
  return (topic, from, options, into) => {
    const name = `${topic.name}-${partition}`
    const next = index.next.get(name)
    if (next === undefined) return wanted(topic, { partition, from, ...options }, into)
    return wanted(topic, { partition, from: { offset: next }, known: index.offsets.get(name) ?? [], ...options }, into)
  }
}

function wantedOfDevice(eventId: string, deviceId: string, extent: Extent, found: Gathering, want: Want): readonly Wanted[] {
  const known = { sinceMs: extent.knownMs }
  const measured = { sinceMs: Math.min(extent.knownMs, extent.startMs) - AHEAD_MS }
  const keys = [deviceId]
  const isAbout = ({ eventId: id }: { readonly eventId: string }): boolean => id === eventId
  const lengthOf = (block: { readonly values: readonly number[] }, stepMs: number): number => block.values.length * stepMs
  return [
    want(topics.enrollmentVerdicts, 'beginning', { keys }, found.verdicts),
    want(
      topics.dispatchOrders,
      known,
      { matches: ({ events, allocations, holdsChanged }) => holdsChanged || [...events, ...allocations].some(isAbout) },
      found.orders,
    ),
    want(topics.dispatchDecisions, known, { keys: [eventId], matches: ({ deviceIds }) => deviceIds.includes(deviceId) }, found.decisions),
    ...Object.values(topics.dispatchCommands).map((topic) => want(topic, known, { keys }, found.commands)),
    want(topics.deviceAcks, known, { keys }, found.acks),
    want(topics.dispatchOutcomes, known, { keys }, found.outcomes),
    want(
      topics.telemetryReadings,
      measured,
      { keys, matches: (block) => overlaps(block.startMs, lengthOf(block, block.stepMs), extent) },
      found.readings,
    ),
    want(
      topics.telemetryIntervals,
      measured,
      { keys, matches: (block) => overlaps(block.startMs, lengthOf(block, block.stepS * 1000), extent) },
      found.intervals,
    ),
    want(
      topics.telemetryGaps,
      measured,
      { keys, matches: ({ fromMs, untilMs }) => overlaps(fromMs, untilMs - fromMs, extent) },
      found.gaps,
    ),
  ]
}

function wantedOfUnits(eventId: string, keys: readonly string[], { knownMs }: Extent, found: Gathering, want: Want): readonly Wanted[] {
  const options = { keys, matches: (value: { readonly eventId: string }) => value.eventId === eventId }
  const known = { sinceMs: knownMs }
  return [
    want(topics.settlementBaselines, known, options, found.baselines),
    want(topics.settlementResults, known, options, found.results),
    want(topics.settlementStatements, known, options, found.statements),
  ]
}

/** The opened records of the connections that decisions saw; the epoch of a connection is the offset of that record. */
function wantedConnections(deviceId: string, partition: number, found: Gathering): Wanted {
  const epochs = found.decisions.map(({ value }) => value.epochs[value.deviceIds.indexOf(deviceId)] ?? -1)
  const known = epochs.filter((epoch) => epoch >= 0)
  return wanted(topics.deviceConnections, { partition, from: { offset: Number.MAX_SAFE_INTEGER }, known }, found.connections)
}

/** Reads only the partitions of the device and of its units, from when the event became known. Throws when there is no such event. */
export async function gatherEvidence(options: GatherOptions): Promise<Evidence> {
  const { log, schemas, deviceId, askIndex, onProgress } = options
  const found = nothingGathered()
  const find = (what: string, wants: readonly Wanted[]) => findRecords(log, schemas, wants, (share) => onProgress(what, share))
  const eventId = await findEvent(options, found)
  await findCauses(options, found)
  const partitions = (await log.partitions()).get(topics.enrollmentChanges.name) ?? 1
  const partition = partitionOf(deviceId, partitions)
  const asked = { ...extentOf(found.events), eventId, deviceId, unitIds: [deviceId] }
  const index = await askIndex(asked)
  const want = wantIn(partition, index)
  await find('changes of the device', [want(topics.enrollmentChanges, 'beginning', { keys: [deviceId] }, found.changes)])
  await find(`partition ${partition}, which is the device's`, wantedOfDevice(eventId, deviceId, asked, found, want))
  await find('connections', [wantedConnections(deviceId, partition, found)])
  const unitIds = unitsOf(deviceId, found.changes)
  const settled = unitIds.length === 1 ? index : await askIndex({ ...asked, unitIds })
  for (const place of new Set(unitIds.map((unitId) => partitionOf(unitId, partitions)))) {
    const keys = unitIds.filter((unitId) => partitionOf(unitId, partitions) === place)
    await find('settlement', wantedOfUnits(eventId, keys, asked, found, wantIn(place, settled)))
  }
  return { eventId, deviceId, ...withToldCauses(found) }
}
