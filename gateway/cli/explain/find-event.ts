/** Finds an event on the log, what it was derived from, and the terms of its program. */
import * as topics from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { findRecords, type Wanted, wanted } from '../log/find-records.ts'
import type { Placed } from '../log/placed.ts'
import type { Gathering } from './evidence.ts'
import type { GatherOptions } from './gather.ts'

/** Partition 0 of a topic that has no other. */
const whole = <T>(topic: Topic<T>, keys: readonly string[] | undefined, matches: (value: T) => boolean, into: Placed<T>[]): Wanted =>
  wanted(topic, { partition: 0, from: 'beginning', ...(keys ? { keys } : {}), matches }, into)

/** By our id, and if there is none by the id of whoever asked. Throws when none or several match. */
export async function findEvent({ log, schemas, eventId, onProgress }: GatherOptions, found: Gathering): Promise<string> {
  const tell = (share: number) => onProgress('events', share)
  await findRecords(log, schemas, [whole(topics.utilityEvents, [eventId], () => true, found.events)], tell)
  if (found.events.length > 0) return eventId
  await findRecords(log, schemas, [whole(topics.utilityEvents, undefined, (event) => event.theirEventId === eventId, found.events)], tell)
  const ids = [...new Set(found.events.map(({ value }) => value.eventId))]
  if (ids.length > 1) throw new Error(`--event: several events are called ${eventId}: ${ids.join(', ')}`)
  if (ids[0] === undefined)
    throw new Error(`--event: there is no event ${eventId} on ${topics.utilityEvents.name}; \`drover event list\` shows them`)
  return ids[0]
}

/** What the event was derived from, and the terms of its program. */
export async function findCauses({ log, schemas }: GatherOptions, found: Gathering): Promise<void> {
  const signals = found.events.flatMap(({ value }) => value.signal ?? [])
  const programIds = found.events.map(({ value }) => value.programId)
  const causes = <T>(topic: Topic<T>, into: Placed<T>[]): Wanted => {
    const known = signals.filter((signal) => signal.topic === topic.name).map(({ offset }) => offset)
    return wanted(topic, { partition: 0, from: { offset: Number.MAX_SAFE_INTEGER }, known }, into)
  }
  await findRecords(log, schemas, [
    causes(topics.utilitySignals, found.signals),
    causes(topics.utilityRequests, found.requests),
    whole(topics.programsView, programIds, () => true, found.programs),
  ])
}
