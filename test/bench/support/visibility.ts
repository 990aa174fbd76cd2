/**
 * Finds when records become visible to read_committed readers, without reading them while the clock runs: a record is visible once its
 * partition's last stable offset is behind it. The ends of the partitions are noted again and again with the time; afterwards the records
 * are read, and counted, and the first note behind the last of them gives the time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicPartitionOffset } from 'node-rdkafka'
import { type Consumer, call, closeClient, openConsumer } from '../../../processors/runtime/kafka/client.ts'
import { partitionCounts } from '../../../processors/runtime/kafka/metadata.ts'
import { readRange } from './read-range.ts'

/** Last stable offset per partition number. */
export type Ends = readonly number[]

export interface Note {
  /** performance.now() when the answers were there: never too early. */
  readonly atMs: number
  readonly ends: Ends
}

export interface Visible {
  /** performance.now() at which the last record had become visible. */
  readonly atMs: number
  /** Records that became visible. */
  readonly count: number
  readonly keys: ReadonlySet<string>
  readonly bytes: number
  /** The value of one of them. */
  readonly sample: Buffer
  readonly notes: readonly Note[]
}

export interface Watch {
  /** What was visible of the topic when the watch began. */
  readonly begin: Ends
  /** The newest note. */
  latest(): Note
  /** Resolves when at least `count` records have become visible since the beginning, and no more come. */
  until(count: number): Promise<Visible>
  stop(): Promise<void>
}

const STILL_MS = 400
const LIMIT_MS = 900_000

export const advanced = (from: Ends, to: Ends): number => to.reduce((sum, end, i) => sum + end - (from[i] ?? 0), 0)

/** Asks for the offset of a time instead of an end: of this one, it is the end. */
const LATEST = -1
const ANSWER_MS = 10_000

/** Asks for the ends of topics, in the order of their names here, once for all partitions: watching must take little from what is watched. */
function endsAsker(consumer: Consumer, topics: readonly string[], counts: ReadonlyMap<string, number>) {
  const partitionsOf = (topic: string): readonly number[] => Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => partition)
  const asked = topics.flatMap((topic) => partitionsOf(topic).map((partition) => ({ topic, partition, offset: LATEST })))
  return async (): Promise<readonly Note[]> => {
    const told = await call<TopicPartitionOffset[]>((done) => consumer.offsetsForTimes(asked, ANSWER_MS, done as never))
    const atMs = performance.now()
    const ends = new Map(told.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]))
    return topics.map((topic) => ({ atMs, ends: partitionsOf(topic).map((partition) => ends.get(`${topic} ${partition}`) ?? 0) }))
  }
}

/** The last stable offset of every partition of a topic, now. */
export async function endsOf(brokers: string, topic: string): Promise<Ends> {
  const watch = await watchTopic(brokers, topic, 1_000)
  await watch.stop()
  return watch.begin
}

/** Watches a topic; its ends are asked for every `everyMs`, so that much is a time found too late at most. */
export const watchTopic = async (brokers: string, topic: string, everyMs: number): Promise<Watch> =>
  (await watchTopics(brokers, [topic], everyMs))[0] as Watch

/** Watches topics by the same questions. Stopping one of the watches stops all. */
export async function watchTopics(brokers: string, topics: readonly string[], everyMs: number): Promise<readonly Watch[]> {
  const consumer = await openConsumer({ brokers, group: 'drover.bench.watch', isolation: 'read_committed', onError: () => undefined })
  const readEnds = endsAsker(consumer, topics, await partitionCounts(consumer))
  const notes: Note[][] = (await readEnds()).map((note) => [note])
  let isStopping = false

  async function run(): Promise<void> {
    while (!isStopping) {
      for (const [index, note] of (await readEnds()).entries()) {
        const known = notes[index]?.at(-1)
        if (known && advanced(known.ends, note.ends) > 0) notes[index]?.push(note)
      }
      await sleep(everyMs)
    }
  }

  const running = run()
  running.catch(() => undefined)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    isStopping = true
    stopped ??= running.finally(() => closeClient(consumer))
    return stopped
  }
  return topics.map((topic, index) => createWatch(brokers, topic, { notes: notes[index] as Note[], running, stop }))
}

interface Noting {
  /** Grows; the first is from the beginning. */
  readonly notes: readonly Note[]
  /** Rejects when no more will come. */
  readonly running: Promise<void>
  stop(): Promise<void>
}

function createWatch(brokers: string, topic: string, { notes, running, stop }: Noting): Watch {
  const [first] = notes as [Note]
  const latest = (): Note => notes.at(-1) ?? first

  async function untilStill(count: number): Promise<Note> {
    const limitMs = performance.now() + LIMIT_MS
    for (;;) {
      await Promise.race([running, sleep(20)])
      const note = latest()
      if (advanced(first.ends, note.ends) >= count && performance.now() - note.atMs > STILL_MS) return note
      if (performance.now() > limitMs)
        throw new Error(`${topic}: ${advanced(first.ends, note.ends)} of ${count} records became visible within ${LIMIT_MS / 1000} s`)
    }
  }

  async function until(count: number): Promise<Visible> {
    for (;;) {
      const end = await untilStill(count)
      const found = await readRange(brokers, topic, first.ends, end.ends)
      if (found.count < count) continue
      const seen = notes.find(({ ends }) => found.lastOffsets.every((last, i) => last < (ends[i] ?? 0)))
      return { ...found, atMs: seen?.atMs ?? end.atMs, notes }
    }
  }

  return { begin: first.ends, latest, until, stop }
}
