/** Reads stretches of single partitions, raw: committed records in order, decoded by whoever wants them. */
import {
  type Consumer,
  call,
  closeClient,
  type Message,
  offsetsForTimes,
  openConsumer,
  queryWatermarks,
} from '../../../processors/runtime/kafka/client.ts'
import { partitionCounts } from '../../../processors/runtime/kafka/metadata.ts'

/** Where reading starts: at the oldest record, at the first one at or after a time, or at an offset. */
export type From = 'beginning' | { readonly sinceMs: number } | { readonly offset: number }

/** A stretch of a partition; `end` is exclusive. */
export interface Stretch {
  readonly topic: string
  readonly partition: number
  readonly start: number
  readonly end: number
}

export interface RawLog {
  /** Count of partitions by topic. */
  partitions(): Promise<ReadonlyMap<string, number>>
  /** From there to the end that the partition has now. */
  stretch(topic: string, partition: number, from: From): Promise<Stretch>
  /** Takes the records of all stretches, one stretch per partition at most; each in order, stretches side by side. `onBatch` is told how many offsets are done. */
  scan(stretches: readonly Stretch[], take: (message: Message) => void, onBatch?: (done: number) => void): Promise<void>
  close(): Promise<void>
}

export interface RawLogOptions {
  /** Comma-separated host:port. */
  readonly brokers: string
  /** Names the reader in the broker's logs; no offset is kept under it. */
  readonly name: string
  readonly signal: AbortSignal
}

const BATCH = 2_000
const POLL_MS = 20

const nameOf = (topic: string, partition: number): string => `${topic} ${partition}`

/** What of the stretches has still to come. */
function createOpenStretches(stretches: readonly Stretch[]) {
  const open = new Map(stretches.map((stretch) => [nameOf(stretch.topic, stretch.partition), { ...stretch, position: stretch.start }]))
  return {
    isOpen: () => open.size > 0,
    /** Whether the record belongs to its stretch. */
    has: ({ topic, partition, offset }: Message) => offset < (open.get(nameOf(topic, partition))?.end ?? 0),
    /** Everything before `position` is done; true = that was the last of it. */
    advance(topic: string, partition: number, position: number): boolean {
      const stretch = open.get(nameOf(topic, partition))
      if (!stretch) return false
      stretch.position = Math.max(stretch.position, position)
      return stretch.position >= stretch.end && open.delete(nameOf(topic, partition))
    },
    left: () => [...open.values()].reduce((sum, { position, end }) => sum + Math.max(0, end - position), 0),
  }
}

async function scanWith(
  consumer: Consumer,
  signal: AbortSignal,
  stretches: readonly Stretch[],
  take: (message: Message) => void,
  onBatch: (done: number) => void,
): Promise<void> {
  const filled = stretches.filter(({ start, end }) => start < end)
  const open = createOpenStretches(filled)
  const total = open.left()
  const paused: { topic: string; partition: number }[] = []
  let ends: { topic: string; partition: number; offset: number }[] = []
  const onEnd = (end: { topic: string; partition: number; offset: number }): void => {
    ends.push(end)
  }
  consumer.on('partition.eof', onEnd)
  try {
    if (filled.length > 0) consumer.assign(filled.map(({ topic, partition, start }) => ({ topic, partition, offset: start })))
    while (open.isOpen()) {
      signal.throwIfAborted()
      const messages = await call<Message[]>((done) => consumer.consume(BATCH, done as never))
      const done: { topic: string; partition: number }[] = []
      for (const message of messages) {
        const { topic, partition, offset } = message
        if (open.has(message)) take(message)
        if (open.advance(topic, partition, offset + 1)) done.push({ topic, partition })
      }
      // Behind the last record there may be commit markers, which only the end of the partition tells of.
      for (const { topic, partition, offset } of ends) open.advance(topic, partition, offset)
      ends = []
      if (done.length > 0 && open.isOpen()) {
        consumer.pause(done)
        paused.push(...done)
      }
      onBatch(total - open.left())
    }
  } finally {
    consumer.removeListener('partition.eof', onEnd)
    // A partition that is paused stays so when it is assigned again.
    if (paused.length > 0) consumer.resume(paused)
    consumer.unassign()
  }
}

async function findStart(consumer: Consumer, topic: string, partition: number, from: From): Promise<Stretch> {
  const { low, high } = await queryWatermarks(consumer, { topic, partition })
  if (from === 'beginning') return { topic, partition, start: low, end: high }
  if ('offset' in from) return { topic, partition, start: Math.min(high, Math.max(low, from.offset)), end: high }
  const asked = [{ topic, partition, offset: Math.max(0, Math.floor(from.sinceMs)) }]
  const [found] = await offsetsForTimes(consumer, asked)
  return { topic, partition, start: found && found.offset >= 0 ? found.offset : high, end: high }
}

/** Connects at the first call. */
export function openRawLog({ brokers, name, signal }: RawLogOptions): RawLog {
  let opened: Promise<Consumer> | undefined
  const consumer = (): Promise<Consumer> => {
    opened ??= openConsumer({
      brokers,
      group: name,
      isolation: 'read_committed',
      onError: () => {},
      more: {
        'enable.partition.eof': true,
        'fetch.wait.max.ms': 20,
        'queued.max.messages.kbytes': 32_768,
        'max.poll.interval.ms': 86_400_000,
      },
    }).then((connected) => {
      connected.setDefaultConsumeTimeout(POLL_MS)
      return connected
    })
    return opened
  }
  return {
    partitions: async () => partitionCounts(await consumer()),
    stretch: async (topic, partition, from) => findStart(await consumer(), topic, partition, from),
    scan: async (stretches, take, onBatch = () => {}) => scanWith(await consumer(), signal, stretches, take, onBatch),
    close: async () => {
      if (opened) await opened.then(closeClient, () => {})
    },
  }
}
