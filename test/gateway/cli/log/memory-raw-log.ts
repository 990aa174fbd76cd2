/** Partitions in memory, read as the CLI reads them raw; offsets may have holes, as commit markers make them. */
import type { RawLog } from '../../../../gateway/cli/log/raw-log.ts'
import type { Message } from '../../../../processors/runtime/kafka/client.ts'
import { type Codec, createCodec } from '../../../../topics/codec.ts'
import type { AnyTopic, Topic } from '../../../../topics/define.ts'
import { partitionOf } from '../../../../topics/partitioner.ts'
import type { Schemas } from '../../../../topics/registry.ts'

export const PARTITIONS = 3

export interface MemoryRawLog extends RawLog {
  readonly schemas: Schemas
  /** Returns the offset. */
  append<T>(
    topic: Topic<T>,
    value: T | null,
    options?: { key?: string; partition?: number; timestampMs?: number; producer?: string },
  ): number
  /** Leaves out an offset. */
  mark(topic: AnyTopic, partition: number): void
  /** Offsets that were read, by topic. */
  readonly scanned: Map<string, number>
}

function createMemorySchemas(): Schemas & { codec<T>(topic: Topic<T>): Codec<T> } {
  const codecs = new Map<string, Codec<unknown>>()
  const codec = <T>(topic: Topic<T>): Codec<T> => {
    const known = codecs.get(topic.name) ?? createCodec(topic.schema as Topic<unknown>['schema'], codecs.size + 1)
    codecs.set(topic.name, known)
    return known as Codec<T>
  }
  return {
    codec,
    codecOf: async (topic) => codec(topic),
    register: async () => 1,
    learnUnknown: async () => {
      throw new Error('every schema is known')
    },
  }
}

export function createMemoryRawLog(topics: readonly AnyTopic[]): MemoryRawLog {
  const schemas = createMemorySchemas()
  const counts = new Map(topics.map(({ name, partitioning }) => [name, partitioning === 'one' ? 1 : PARTITIONS]))
  const messages = new Map<string, Message[]>()
  const ends = new Map<string, number>()
  const scanned = new Map<string, number>()
  const nameOf = (topic: string, partition: number): string => `${topic} ${partition}`
  const take = (name: string): number => {
    const offset = ends.get(name) ?? 0
    ends.set(name, offset + 1)
    return offset
  }
  return {
    schemas,
    scanned,
    append(topic, value, { key, partition, timestampMs = 0, producer = 'test' } = {}) {
      const text = key ?? (value === null ? '' : topic.key(value))
      const place = partition ?? partitionOf(text, counts.get(topic.name) ?? 1)
      const name = nameOf(topic.name, place)
      const offset = take(name)
      const data = value === null ? null : schemas.codec(topic).encode(value)
      const headers = [{ producer: Buffer.from(producer) }]
      const message = {
        topic: topic.name,
        partition: place,
        offset,
        timestamp: timestampMs,
        key: Buffer.from(text),
        value: data,
        headers,
        size: 0,
      }
      messages.set(name, [...(messages.get(name) ?? []), message as unknown as Message])
      return offset
    },
    mark: (topic, partition) => void take(nameOf(topic.name, partition)),
    partitions: async () => counts,
    async stretch(topic, partition, from) {
      const name = nameOf(topic, partition)
      const end = ends.get(name) ?? 0
      if (from === 'beginning') return { topic, partition, start: 0, end }
      if ('offset' in from) return { topic, partition, start: Math.min(from.offset, end), end }
      const first = messages.get(name)?.find(({ timestamp }) => (timestamp ?? 0) >= from.sinceMs)
      return { topic, partition, start: first?.offset ?? end, end }
    },
    async scan(stretches, onMessage, onBatch = () => {}) {
      let done = 0
      for (const { topic, partition, start, end } of stretches) {
        scanned.set(topic, (scanned.get(topic) ?? 0) + end - start)
        for (const message of messages.get(nameOf(topic, partition)) ?? [])
          if (message.offset >= start && message.offset < end) onMessage(message)
        done += end - start
        onBatch(done)
      }
    },
    close: async () => {},
  }
}
