/** Waits until imported blocks have become intervals. */
import { groupOf } from '../../../processors/runtime/kafka/member.ts'
import { findSpans } from '../../../processors/runtime/kafka/spans.ts'
import { telemetryRaw, telemetryReadings } from '../../../topics/catalogue.ts'
import type { Session } from '../session.ts'
import { readAll } from '../wait-for.ts'
import { awaitCommitted } from './committed.ts'

/** A tail of a partition that is longer than all commit markers that may follow its last record. */
const TAIL = 1_000

/** The topology is loaded for those who wait only. */
async function telemetryGroup(): Promise<string> {
  const { topology } = await import('../../../processors/topology.ts')
  const found = topology.subTopologies.find(({ name }) => name === 'telemetry')
  if (!found) throw new Error('this build has no sub-topology telemetry')
  return groupOf(found)
}

/** Last offset of a record by partition; what stands behind it in the partition are commit markers, which no group commits. */
async function lastReadings(session: Session): Promise<ReadonlyMap<number, number>> {
  const last = new Map<number, number>()
  const { brokers } = session.environment().stack
  const spans = await findSpans(brokers, 'drover.cli', [telemetryReadings.name], 'end')
  const offsets = new Map(spans.map(({ topic, partition, end }) => [`${topic}-${partition}`, Math.max(0, end - TAIL)]))
  await readAll(session, [telemetryReadings], { offsets }, ({ partition, offset }) => last.set(partition, offset))
  return last
}

/**
 * The normalizer and the aggregator are one consumer group: first it has worked off the blocks, so that their readings are written,
 * then those readings. Intervals are written in the transaction that commits the readings.
 */
export async function waitForIntervals(
  session: Session,
  lastOffsets: ReadonlyMap<number, number>,
  onWaiting: (words: string) => void,
): Promise<void> {
  const { brokers } = session.environment().stack
  const common = { brokers, group: await telemetryGroup(), signal: session.signal }
  const blocks = (records: number) => onWaiting(`${records} blocks to be normalized`)
  await awaitCommitted({ ...common, topic: telemetryRaw.import.name, lastOffsets, onWaiting: blocks })
  const readings = (records: number) => onWaiting(`${records} readings to be put into intervals`)
  await awaitCommitted({ ...common, topic: telemetryReadings.name, lastOffsets: await lastReadings(session), onWaiting: readings })
}
