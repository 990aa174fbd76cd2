/** Reads a stretch of a topic as bytes, read_committed, as fast as node-rdkafka hands it over. */
import type { Message } from 'node-rdkafka'
import { call, closeClient, openConsumer } from '../../../processors/runtime/kafka/client.ts'

export interface RangeRead {
  readonly count: number
  readonly keys: ReadonlySet<string>
  /** Of the values. */
  readonly bytes: number
  readonly sample: Buffer
  /** Greatest offset of a record, per partition; -1 = there is none. */
  readonly lastOffsets: readonly number[]
}

const BATCH = 5_000
const POLL_MS = 20
const FAST = { 'enable.partition.eof': true, 'fetch.wait.max.ms': 10, 'queued.min.messages': 50_000, 'queued.max.messages.kbytes': 65_536 }

/** Reads from `from` up to but without `to`, both by partition number; `onMessages` gets them as they come. */
export async function readRange(
  brokers: string,
  topic: string,
  from: readonly number[],
  to: readonly number[],
  onMessages: (messages: readonly Message[]) => void = () => undefined,
): Promise<RangeRead> {
  const consumer = await openConsumer({
    brokers,
    group: 'drover.bench.read',
    isolation: 'read_committed',
    onError: () => undefined,
    more: FAST,
  })
  const open = new Set(to.flatMap((end, partition) => (end > (from[partition] ?? 0) ? [partition] : [])))
  const lastOffsets = to.map(() => -1)
  const keys = new Set<string>()
  let [count, bytes] = [0, 0]
  let sample: Buffer = Buffer.alloc(0)
  const reached = (partition: number, position: number): void => {
    if (position >= (to[partition] ?? 0)) open.delete(partition)
  }
  let ends: { partition: number; offset: number }[] = []
  consumer.on('partition.eof', (end) => void ends.push(end))
  consumer.setDefaultConsumeTimeout(POLL_MS)
  consumer.assign([...open].map((partition) => ({ topic, partition, offset: from[partition] ?? 0 })))
  try {
    while (open.size > 0) {
      const messages = await call<Message[]>((done) => consumer.consume(BATCH, done as never))
      const within = messages.filter(({ partition, offset }) => offset < (to[partition] ?? 0))
      for (const { partition, offset, key, value } of within) {
        count++
        bytes += value?.length ?? 0
        keys.add(String(key))
        lastOffsets[partition] = offset
        if (sample.length === 0 && value) sample = value
      }
      onMessages(within)
      for (const { partition, offset } of messages) reached(partition, offset + 1)
      for (const { partition, offset } of ends) reached(partition, offset)
      ends = []
    }
    return { count, keys, bytes, sample, lastOffsets }
  } finally {
    await closeClient(consumer)
  }
}
