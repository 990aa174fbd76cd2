/** The log in memory for tests of edges: a writer and a reader over real bytes, which can also be made to fail. */
import type { Followed, FollowFrom, Following, LogReader, LogWriter } from '../../processors/runtime/log.ts'
import { createCodec } from '../../topics/codec.ts'
import type { AnyTopic, Topic } from '../../topics/define.ts'
import { partitionOf } from '../../topics/partitioner.ts'

interface Stored {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly key: string
  readonly value: Buffer | null
}

export interface MemoryLog {
  readonly writer: LogWriter
  readonly reader: LogReader
  /** All records of a topic in the order written. */
  read<T>(topic: Topic<T>): readonly Followed<T>[]
  /** Appends fail with this until it is called with undefined. */
  failWith(problem: string | undefined): void
  /** Called after each append; processors under test hang here. */
  onAppend(listener: (record: Followed<unknown>, topic: AnyTopic) => void): void
}

function startOf(from: FollowFrom): (record: Stored) => boolean {
  if (typeof from === 'string') return () => true
  if ('sinceMs' in from) return ({ timestampMs }) => timestampMs >= from.sinceMs
  return ({ topic, partition, offset }) => offset >= (from.offsets.get(`${topic}-${partition}`) ?? 0)
}

export function createMemoryLog(options: { readonly nowMs: () => number; readonly devicePartitions?: number }): MemoryLog {
  const { nowMs, devicePartitions = 2 } = options
  const records: Stored[] = []
  /** By topic and partition: the offset of the next record. */
  const ends = new Map<string, number>()
  const codecs = new Map<string, ReturnType<typeof createCodec<unknown>>>()
  const followers = new Set<(record: Stored) => void>()
  const listeners: ((record: Followed<unknown>, topic: AnyTopic) => void)[] = []
  let problem: string | undefined

  function codecOf<T>(topic: Topic<T>) {
    const codec = codecs.get(topic.name) ?? createCodec(topic.schema as Topic<unknown>['schema'], codecs.size + 1)
    codecs.set(topic.name, codec)
    return codec as ReturnType<typeof createCodec<T>>
  }
  const decoded = <T>(topic: Topic<T>, record: Stored): Followed<T> => ({
    ...record,
    value: record.value && codecOf(topic).decode(record.value),
  })
  const ofTopics = (topics: readonly AnyTopic[]) => records.filter((record) => topics.some(({ name }) => name === record.topic))

  const writer: LogWriter = {
    async append(topic, value, { timestampMs = nowMs(), partition, key = topic.key(value) } = {}) {
      const data = codecOf(topic).encode(value)
      if (problem !== undefined) throw new Error(problem)
      const count = topic.partitioning === 'one' ? 1 : devicePartitions
      const place = partition ?? partitionOf(key, count)
      const offset = ends.get(`${topic.name}-${place}`) ?? 0
      ends.set(`${topic.name}-${place}`, offset + 1)
      const record = { topic: topic.name, partition: place, offset, timestampMs, key, value: data }
      records.push(record)
      for (const listener of listeners) listener(decoded(topic, record), topic)
      for (const take of followers) take(record)
      return { partition: place, offset }
    },
    flush: async () => {},
    close: async () => {},
  }

  const reader: LogReader = {
    async follow(topics, from, onBatch, partitions) {
      const wanted = startOf(from)
      const ofPartitions = ({ partition }: Stored) => partitions?.includes(partition) ?? true
      const topicOf = (name: string) => topics.find((topic) => topic.name === name) as (typeof topics)[number]
      let pending = from === 'end' ? [] : ofTopics(topics).filter(wanted).filter(ofPartitions)
      let stopped = false
      let running: Promise<void> = Promise.resolve()
      const deliver = async (): Promise<void> => {
        const fresh = stopped ? [] : pending
        pending = []
        if (fresh.length > 0) await onBatch(fresh.map((record) => decoded(topicOf(record.topic), record)))
      }
      const take = (record: Stored): void => {
        if (topicOf(record.topic) && wanted(record) && ofPartitions(record)) pending.push(record)
        running = running.then(deliver)
      }
      followers.add(take)
      running = running.then(deliver)
      const caughtUp = running
      const following: Following = {
        caughtUp,
        async stop() {
          stopped = true
          followers.delete(take)
          await running
        },
      }
      return following
    },
  }

  return {
    writer,
    reader,
    read: (topic) => ofTopics([topic]).map((record) => decoded(topic, record)),
    failWith(next) {
      problem = next
    },
    onAppend: (listener) => void listeners.push(listener),
  }
}
