/** Finds records in many partitions at once: by key while scanning, then by what they say. */
import type { Message } from '../../../processors/runtime/kafka/client.ts'
import type { AnyTopic, Topic } from '../../../topics/define.ts'
import type { Schemas } from '../../../topics/registry.ts'
import { decodeMessage, type Placed } from './placed.ts'
import type { From, RawLog, Stretch } from './raw-log.ts'

/** Records wanted of one partition, and where they go. */
export interface Wanted {
  readonly topic: AnyTopic
  readonly partition: number
  readonly from: From
  /** Offsets before `from` that are known to be wanted. */
  readonly known: readonly number[]
  /** Only records of these keys are decoded; null = all. */
  readonly keys: ReadonlySet<string> | null
  readonly keep: (record: Placed<unknown>) => void
}

export interface WantedOptions<T> {
  readonly partition: number
  readonly from: From
  readonly known?: readonly number[]
  readonly keys?: readonly string[]
  readonly matches?: (value: T) => boolean
}

/** What is wanted of a partition; what matches is pushed to `into` in the order of the log. */
export function wanted<T>(topic: Topic<T>, options: WantedOptions<T>, into: Placed<T>[]): Wanted {
  const { partition, from, known = [], keys, matches = () => true } = options
  const keep = (record: Placed<unknown>): void => {
    if (matches(record.value as T)) into.push(record as Placed<T>)
  }
  return { topic, partition, from, known, keys: keys ? new Set(keys) : null, keep }
}

/** Offsets that lie no further apart than this are read in one stretch: seeking costs about as much. */
const NEAR = 5_000

/** Stretches that cover the offsets. */
export function stretchesOver(topic: string, partition: number, offsets: readonly number[]): readonly Stretch[] {
  const stretches: { topic: string; partition: number; start: number; end: number }[] = []
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    const last = stretches.at(-1)
    if (last && offset - last.end < NEAR) last.end = offset + 1
    else stretches.push({ topic, partition, start: offset, end: offset + 1 })
  }
  return stretches
}

interface Search {
  readonly wanted: Wanted
  readonly offsets: ReadonlySet<number>
  readonly tail: Stretch
  readonly found: Message[]
}

const isWanted = ({ wanted: { keys }, offsets, tail }: Search, { offset, key }: Message): boolean =>
  offset < tail.start ? offsets.has(offset) : keys === null || keys.has(String(key ?? ''))

/** The first stretch of each search, then the second of each, and so on: a partition can be read at one place at a time. */
function roundsOf(searches: readonly Search[]): readonly (readonly Stretch[])[] {
  const queues = searches.map(({ wanted: { topic, partition }, offsets, tail }) => {
    const before = stretchesOver(
      topic.name,
      partition,
      [...offsets].filter((offset) => offset < tail.start),
    )
    return tail.start < tail.end ? [...before, tail] : before
  })
  const rounds = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({ length: rounds }, (_, round) => queues.flatMap((queue) => queue[round] ?? []))
}

/** Each partition is named by one of `wants` at most. `onProgress` is told the share that is done. Throws what decoding throws. */
export async function findRecords(
  log: RawLog,
  schemas: Schemas,
  wants: readonly Wanted[],
  onProgress: (share: number) => void = () => {},
): Promise<void> {
  const searches = await Promise.all(
    wants.map(async (want): Promise<Search> => {
      const tail = await log.stretch(want.topic.name, want.partition, want.from)
      return { wanted: want, offsets: new Set(want.known), tail, found: [] }
    }),
  )
  const byPartition = new Map(searches.map((search) => [`${search.wanted.topic.name} ${search.wanted.partition}`, search]))
  const rounds = roundsOf(searches)
  const sizeOf = (stretches: readonly Stretch[]): number => stretches.reduce((sum, { start, end }) => sum + end - start, 0)
  const total = Math.max(1, sizeOf(rounds.flat()))
  let before = 0
  for (const stretches of rounds) {
    const take = (message: Message): void => {
      const search = byPartition.get(`${message.topic} ${message.partition}`)
      if (search && isWanted(search, message)) search.found.push(message)
    }
    await log.scan(stretches, take, (done) => onProgress((before + done) / total))
    before += sizeOf(stretches)
  }
  for (const { wanted: want, found } of searches)
    for (const message of found.sort((a, b) => a.offset - b.offset)) {
      const record = await decodeMessage(schemas, want.topic, message)
      if (record) want.keep(record)
    }
}
