/**
 * The least that a Node process can do with raw telemetry: read it, decode the Avro envelope, and write one block of readings for each
 * record, 5,000 records a transaction. It opens no body, and knows no register, window or unit.
 */
import type { Message } from 'node-rdkafka'
import { call, closeClient, type KafkaError, openConsumer, openProducer, type Producer } from '../../../processors/runtime/kafka/client.ts'
import { initTransactions } from '../../../processors/runtime/kafka/transaction.ts'
import type { RawTelemetry, ReadingBlock } from '../../../schemas/telemetry.ts'
import { readingBlock } from '../../../schemas/telemetry.ts'
import type { Codec } from '../../../topics/codec.ts'
import { days, defineTopic, type Topic } from '../../../topics/define.ts'
import { byDevice } from '../../../topics/keys.ts'
import type { Stage } from '../support/stage.ts'
import { endsOf } from '../support/visibility.ts'

const bareReadings = defineTopic('bench.readings', {
  ...byDevice,
  about: 'Readings of the bare relay.',
  schema: readingBlock,
  retention: days(1),
  writers: ['bench'],
})

const BATCH = 5_000
/** The first batch is not counted, so few records must not come as one. */
const LEAST_BATCHES = 8
const POLL_MS = 20
const COMMIT_LIMIT_MS = 60_000
const FAST = { 'fetch.wait.max.ms': 10, 'queued.min.messages': 50_000, 'queued.max.messages.kbytes': 65_536 }

export interface RelayOptions {
  readonly raw: Topic<RawTelemetry>
  /** Records to relay at most. */
  readonly most: number
  /** Values in each block that is written. */
  readonly values: number
}

/** Records per second. */
export async function measureBareRelay(stage: Stage, { raw, most, values }: RelayOptions): Promise<number> {
  const { brokers, schemas, log } = stage
  await stage.addTopics([bareReadings])
  const codecs = { raw: await schemas.codecOf(raw), readings: await schemas.codecOf(bareReadings) }
  const onError = (error: KafkaError): void => log(`bare relay: ${error.message}`)
  const more = { 'transactional.id': 'drover.bench.relay', 'linger.ms': 5, 'delivery.report.only.error': true, 'retry.backoff.ms': 10 }
  const producer = await openProducer({ brokers, onError, more })
  await initTransactions(producer)
  const consumer = await openConsumer({ brokers, group: 'drover.bench.relay', isolation: 'read_committed', onError, more: FAST })
  const ends = await endsOf(brokers, raw.name)
  consumer.setDefaultConsumeTimeout(POLL_MS)
  consumer.assign(ends.map((_, partition) => ({ topic: raw.name, partition, offset: 0 })))
  const batch = Math.min(BATCH, Math.ceil(most / LEAST_BATCHES))
  let count = 0
  let startMs = 0
  try {
    while (count < most) {
      const messages = await call<Message[]>((done) => consumer.consume(batch, done as never))
      // Connecting and the first fetch are not counted.
      if (startMs === 0) {
        if (messages.length > 0) startMs = performance.now()
        continue
      }
      await relay(producer, messages, codecs, values)
      count += messages.length
    }
    return (count / (performance.now() - startMs)) * 1_000
  } finally {
    await closeClient(consumer)
    await closeClient(producer)
  }
}

interface Codecs {
  readonly raw: Codec<RawTelemetry>
  readonly readings: Codec<ReadingBlock>
}

async function relay(producer: Producer, messages: readonly Message[], codecs: Codecs, values: number): Promise<void> {
  if (messages.length === 0) return
  await call<void>((done) => producer.beginTransaction(done as never))
  for (const { key, value, offset, timestamp } of messages) {
    if (value === null) continue
    const block = blockOf(codecs.raw.decode(value), offset, values)
    producer.produce(bareReadings.name, null, codecs.readings.encode(block), key, timestamp)
  }
  await call<void>((done) => producer.commitTransaction(COMMIT_LIMIT_MS, done as never))
}

const blockOf = ({ deviceId, receivedMs }: RawTelemetry, rawOffset: number, values: number): ReadingBlock => ({
  deviceId,
  channel: 'import',
  source: 'ocpp',
  kind: 'register',
  register: '1',
  startMs: receivedMs,
  stepMs: 60_000,
  values: Array.from({ length: values }, () => 100),
  qualities: Array.from({ length: values }, () => 'measured' as const),
  sourceCode: '',
  rawOffset,
})
