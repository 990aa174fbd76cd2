/** Topics in memory: partitions, offsets with the gaps that transactions leave, and compaction. */
import type { AnyTopic } from '../../topics/define.ts'
import { partitionOf } from '../../topics/partitioner.ts'

/** A record as it stands on the log. */
export interface LoggedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Place in the order in which everything was written, over all topics. */
  readonly sequence: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** Coordinates of the record it was derived from; empty = a tick or the edge. */
  readonly causation: string
  /** The task that wrote it and its code version, or the edge; empty = the task that is at home there. */
  readonly producer: string
}

export type NewRecord = Omit<LoggedRecord, 'partition' | 'offset' | 'sequence'> & {
  /** null = by the hash of the key. */
  readonly partition: number | null
}

interface Partition {
  records: LoggedRecord[]
  endOffset: number
}

export interface MemoryLog {
  /** Makes the topic, if it is not there. */
  declare(topic: AnyTopic): void
  append(record: NewRecord): LoggedRecord
  /** Takes one offset of a partition for the marker that ends a transaction. */
  mark(topic: string, partition: number): void
  partitionsOf(topic: string): number
  endOffset(topic: string, partition: number): number
  /** The first record at or after an offset. */
  next(topic: string, partition: number, fromOffset: number): LoggedRecord | undefined
  /** Records at or after an offset, in order. */
  from(topic: string, partition: number, fromOffset: number): readonly LoggedRecord[]
  /** Everything ever written, in that order, also what compaction dropped since. */
  all(): readonly LoggedRecord[]
  /** Drops what a newer record of the same key supersedes, on compacted topics. */
  compact(): void
}

function indexFrom(records: readonly LoggedRecord[], offset: number): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((records[middle] as LoggedRecord).offset < offset) low = middle + 1
    else high = middle
  }
  return low
}

function newestOfEachKey(records: readonly LoggedRecord[]): LoggedRecord[] {
  const newest = new Map(records.map((record) => [String(record.key), record.offset]))
  return records.filter((record) => newest.get(String(record.key)) === record.offset)
}

export function createMemoryLog(devicePartitions: number): MemoryLog {
  const topics = new Map<string, { readonly topic: AnyTopic; readonly partitions: readonly Partition[] }>()
  const written: LoggedRecord[] = []

  function partition(topic: string, number: number): Partition {
    const found = topics.get(topic)
    if (!found) throw new Error(`${topic} is not a topic of this topology`)
    const held = found.partitions[number]
    if (!held) throw new Error(`${topic} has partitions 0 to ${found.partitions.length - 1}, not ${number}`)
    return held
  }

  const partitionsOf = (topic: string): number => topics.get(topic)?.partitions.length ?? 0

  return {
    declare(topic) {
      if (topics.has(topic.name)) return
      const count = topic.partitioning === 'one' ? 1 : devicePartitions
      topics.set(topic.name, { topic, partitions: Array.from({ length: count }, () => ({ records: [], endOffset: 0 })) })
    },
    append(record) {
      const number = record.partition ?? partitionOf(String(record.key ?? ''), partitionsOf(record.topic))
      const held = partition(record.topic, number)
      const logged = { ...record, partition: number, offset: held.endOffset++, sequence: written.length }
      held.records.push(logged)
      written.push(logged)
      return logged
    },
    mark(topic, number) {
      partition(topic, number).endOffset++
    },
    partitionsOf,
    endOffset: (topic, number) => partition(topic, number).endOffset,
    next(topic, number, fromOffset) {
      const { records } = partition(topic, number)
      return records[indexFrom(records, fromOffset)]
    },
    from(topic, number, fromOffset) {
      const { records } = partition(topic, number)
      return records.slice(indexFrom(records, fromOffset))
    },
    all: () => written,
    compact() {
      for (const { topic, partitions } of topics.values()) {
        if (topic.retention.kind !== 'compacted') continue
        for (const held of partitions) held.records = newestOfEachKey(held.records)
      }
    },
  }
}
