/** Reads from the log what it takes to understand signals again. */
import { TAKEN_MS } from '../../../processors/interpreter/processor.ts'
import type { Followed, FollowFrom, LogReader } from '../../../processors/runtime/log.ts'
import type { Rejected } from '../../../schemas/runtime.ts'
import {
  programsChanges,
  rejectedRecords,
  utilityEvents,
  utilityRequests,
  utilitySessions,
  utilitySignals,
} from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { inputOf, type Located, placeOf, type SignalHistory } from './history.ts'

const locate = <T>({ value, topic, partition, offset, timestampMs }: Followed<T>): readonly Located<T>[] =>
  value === null ? [] : [{ value, position: { topic, partition, offset }, timestampMs }]

/** Everything from there to what was there at the start, and not after `toMs`. */
export async function readUntil<T>(reader: LogReader, topic: Topic<T>, from: FollowFrom, toMs: number): Promise<readonly Located<T>[]> {
  const found: Located<T>[] = []
  const following = await reader.follow([topic], from, (records) => {
    for (const record of records) if (record.timestampMs <= toMs) found.push(...locate(record))
  })
  try {
    await following.caughtUp
  } finally {
    await following.stop()
  }
  return found
}

const since = (sinceMs: number): FollowFrom => (sinceMs > 0 ? { sinceMs } : 'beginning')

/** What never came to be understood, because of its key or because an operator passed over it; a body that was unreadable may be readable today. */
const isPutAside = ({ reason, detail }: Rejected): boolean => reason !== 'unreadableBody' && !detail.startsWith('no reader for protocol')

export async function gatherHistory(reader: LogReader, fromMs: number, toMs: number): Promise<SignalHistory> {
  const [allSignals, allRequests, events, changes, facts, rejected] = await Promise.all([
    readUntil(reader, utilitySignals, since(fromMs), toMs),
    readUntil(reader, utilityRequests, since(fromMs - TAKEN_MS), toMs),
    readUntil(reader, utilityEvents, 'beginning', Number.POSITIVE_INFINITY),
    readUntil(reader, programsChanges, 'beginning', toMs),
    readUntil(reader, utilitySessions, 'beginning', toMs),
    readUntil(reader, rejectedRecords, since(fromMs - TAKEN_MS), Number.POSITIVE_INFINITY),
  ])
  const aside = new Set(rejected.flatMap(({ value }) => (isPutAside(value) ? [placeOf(value)] : [])))
  const taken = <T>(located: readonly Located<T>[]): readonly Located<T>[] =>
    located.filter(({ position }) => !aside.has(placeOf(position)))
  const [signals, requests] = [taken(allSignals), taken(allRequests)]
  // An answer may have been written a moment after the last input.
  const places = new Set<string | undefined>([...signals, ...requests].map(({ position }) => placeOf(position)))
  const wanted = events.filter(({ value, timestampMs }) => timestampMs <= toMs || places.has(inputOf(value)))
  return { signals, requests, events: wanted, changes, facts }
}
