/** Reads partitions of the log as bytes, with headers. */
import type { Message } from 'node-rdkafka'
import { call, closeClient, openConsumer } from '../../processors/runtime/kafka/client.ts'
import { findSpans } from '../../processors/runtime/kafka/spans.ts'

export interface RawRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

const toRaw = ({ topic, partition, offset, timestamp, key, value, headers }: Message): RawRecord => ({
  topic,
  partition,
  offset,
  timestampMs: timestamp ?? 0,
  key: key as Buffer | null,
  value,
  headers: Object.fromEntries((headers ?? []).flatMap((header) => Object.entries(header).map(([name, text]) => [name, String(text)]))),
})

/** All committed records of a topic, in the order of each partition. */
export async function readRaw(brokers: string, topic: string): Promise<readonly RawRecord[]> {
  const spans = (await findSpans(brokers, 'drover.test', [topic], 'beginning')).filter(({ start, end }) => start < end)
  const open = new Map(spans.map(({ partition, end }) => [partition, end]))
  const more = { 'enable.partition.eof': true, 'fetch.wait.max.ms': 20 }
  const consumer = await openConsumer({ brokers, group: 'drover.test', isolation: 'read_committed', onError: () => {}, more })
  const records: RawRecord[] = []
  const reached = (partition: number, position: number): void => {
    if (position >= (open.get(partition) ?? Number.POSITIVE_INFINITY)) open.delete(partition)
  }
  let ends: readonly { partition: number; offset: number }[] = []
  consumer.on('partition.eof', (end) => {
    ends = [...ends, end]
  })
  consumer.setDefaultConsumeTimeout(50)
  consumer.assign(spans.map(({ partition, start }) => ({ topic, partition, offset: start })))
  while (open.size > 0) {
    const messages = await call<Message[]>((done) => consumer.consume(1_000, done as never))
    records.push(...messages.map(toRaw))
    for (const { partition, offset } of messages) reached(partition, offset + 1)
    for (const { partition, offset } of ends) reached(partition, offset)
    ends = []
  }
  await closeClient(consumer)
  return records
}
