/** Follows topics without a group: all partitions or some, read_committed, decoded. */
import type { Codec } from '../../../topics/codec.ts'
import type { Topic } from '../../../topics/define.ts'
import type { Schemas } from '../../../topics/registry.ts'
import type { Followed, FollowFrom, Following, LogReader } from '../log.ts'
import { type Consumer, call, closeClient, type KafkaError, type Message, openConsumer } from './client.ts'
import { learnWriterOf } from './learning.ts'
import { findSpans, type Span } from './spans.ts'

/** A record that could not be read, whole. */
export interface Unreadable {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly reason: string
}

export interface LogReaderOptions {
  /** Comma-separated host:port. */
  readonly brokers: string
  readonly schemas: Schemas
  /** Names the reader in the broker's logs; no offset is kept under it. */
  readonly name: string
  /** Real ms after which the broker answers that there is nothing new: a longer time asks it less often, and sees the end of a topic later. */
  readonly idleMs?: number
  readonly onUnreadable?: (record: Unreadable) => void
  /** The client met an error that it recovers from by itself. */
  readonly onError?: (error: KafkaError) => void
  /** `onBatch` threw, and following has ended. Without it the error is thrown where only the process's last handler sees it. */
  readonly onFailure?: (error: unknown) => void
}

const POLL_MS = 50
const IDLE_MS = 100
const BATCH = 1_000
const PAUSE_AFTER_ERROR_MS = 200

type Codecs = ReadonlyMap<string, Codec<unknown>>

export function createLogReader(options: LogReaderOptions): LogReader {
  return { follow: (topics, from, onBatch, partitions) => follow(options, topics, { from, partitions }, onBatch) }
}

async function open({ brokers, name, idleMs = IDLE_MS, onError = () => {} }: LogReaderOptions): Promise<Consumer> {
  const more = {
    'enable.partition.eof': true,
    'fetch.wait.max.ms': idleMs,
    'queued.min.messages': 5_000,
    'queued.max.messages.kbytes': 16_384,
    'max.poll.interval.ms': 86_400_000,
  }
  return openConsumer({ brokers, group: name, isolation: 'read_committed', onError, more })
}

async function follow<T>(
  options: LogReaderOptions,
  topics: readonly Topic<T>[],
  place: { readonly from: FollowFrom; readonly partitions: readonly number[] | undefined },
  onBatch: (records: readonly Followed<T>[]) => Promise<void> | void,
): Promise<Following> {
  const codecs: Codecs = new Map(
    await Promise.all(topics.map(async (topic) => [topic.name, await options.schemas.codecOf(topic)] as const)),
  )
  const names = topics.map(({ name }) => name)
  const { from, partitions } = place
  const found = await findSpans(options.brokers, options.name, names, from)
  const spans = partitions ? found.filter(({ partition }) => partitions.includes(partition)) : found
  const consumer = await open(options)
  const progress = createProgress(spans)
  let isStopping = false

  async function run(): Promise<void> {
    consumer.on('partition.eof', ({ topic, partition, offset }) => progress.note(topic, partition, offset))
    consumer.setDefaultConsumeTimeout(POLL_MS)
    consumer.assign(spans.map(({ topic, partition, start }) => ({ topic, partition, offset: start })))
    progress.settle()
    while (!isStopping) {
      const messages = await poll(consumer, options)
      const records = await decodeAll<T>(messages, codecs, options)
      if (records.length > 0) await onBatch(records)
      for (const { topic, partition, offset } of messages) progress.note(topic, partition, offset + 1)
      progress.settle()
    }
  }

  const running = run()
    .catch((error: unknown) => {
      progress.fail(error)
      if (options.onFailure) options.onFailure(error)
      else queueMicrotask(() => rethrow(error))
    })
    .finally(() => closeClient(consumer))
  return {
    caughtUp: progress.caughtUp,
    async stop() {
      isStopping = true
      await running
    },
  }
}

function rethrow(error: unknown): never {
  throw error
}

async function poll(consumer: Consumer, { onError }: LogReaderOptions): Promise<readonly Message[]> {
  try {
    return await call<Message[]>((done) => consumer.consume(BATCH, done as never))
  } catch (error) {
    onError?.(error as KafkaError)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS))
    return []
  }
}

interface Progress {
  readonly caughtUp: Promise<void>
  /** A partition was read up to, but without `position`. Counts at the next `settle`. */
  note(topic: string, partition: number, position: number): void
  settle(): void
  fail(error: unknown): void
}

/** Knows which partitions have still to reach the end that they had at the start. */
function createProgress(spans: readonly Span[]): Progress {
  const open = new Map(spans.filter(({ start, end }) => start < end).map((span) => [`${span.topic} ${span.partition}`, span.end]))
  let notes: readonly (readonly [string, number])[] = []
  let succeed = (): void => {}
  let fail = (_error: unknown): void => {}
  const caughtUp = new Promise<void>((resolve, reject) => {
    succeed = resolve
    fail = reject
  })
  caughtUp.catch(() => {})
  return {
    caughtUp,
    note(topic, partition, position) {
      if (open.size > 0) notes = [...notes, [`${topic} ${partition}`, position]]
    },
    settle() {
      for (const [name, position] of notes) if (position >= (open.get(name) ?? Number.POSITIVE_INFINITY)) open.delete(name)
      notes = []
      if (open.size === 0) succeed()
    },
    fail,
  }
}

async function decodeAll<T>(messages: readonly Message[], codecs: Codecs, options: LogReaderOptions): Promise<readonly Followed<T>[]> {
  const records: Followed<T>[] = []
  for (const message of messages) {
    const { topic, partition, offset, timestamp, key, value } = message
    const codec = codecs.get(topic) as Codec<T>
    try {
      const decoded = value === null ? null : await decode(value, codec, options.schemas)
      records.push({ value: decoded, key: String(key ?? ''), topic, partition, offset, timestampMs: timestamp ?? 0 })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      options.onUnreadable?.({ topic, partition, offset, timestampMs: timestamp ?? 0, key: key as Buffer | null, value, reason })
    }
  }
  return records
}

function decode<T>(value: Buffer, codec: Codec<T>, schemas: Schemas): T | Promise<T> {
  try {
    return codec.decode(value)
  } catch {
    return learnWriterOf(value, codec as Codec<unknown>, schemas).then(() => codec.decode(value))
  }
}
