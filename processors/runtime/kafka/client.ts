/** Opens node-rdkafka clients and turns their callbacks into promises. */
import Kafka from 'node-rdkafka'

export type Consumer = Kafka.KafkaConsumer
export type Producer = Kafka.Producer
export type Message = Kafka.Message
export type KafkaError = Kafka.LibrdKafkaError

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

const CONNECT_TIMEOUT_MS = 30_000
const CLOSE_TIMEOUT_MS = 15_000

/** Runs a call that ends in `done(error, value)`. */
export const call = <T>(run: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    run((error, value) => (error ? reject(error) : resolve(value)))
  })

/** A client whose errors between calls go to `onError`; librdkafka recovers by itself from all but the fatal ones. */
function watch<C extends Consumer | Producer>(client: C, onError: (error: KafkaError) => void): C {
  ;(client as NodeJS.EventEmitter).on('event.error', onError)
  return client
}

async function connect(client: Consumer | Producer, brokers: string): Promise<void> {
  try {
    await call<Kafka.Metadata>((done) => client.connect({ timeout: CONNECT_TIMEOUT_MS }, done))
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new Error(`Kafka at ${brokers} did not answer within ${CONNECT_TIMEOUT_MS / 1000} s: ${words}`, { cause: error })
  }
}

export interface ConsumerOptions {
  readonly brokers: string
  /** Consumers that only assign need one too; they never commit to it. */
  readonly group: string
  readonly isolation: 'read_committed' | 'read_uncommitted'
  readonly onError: (error: KafkaError) => void
  readonly more?: Readonly<Record<string, unknown>>
}

/** Connects a consumer that never commits by itself. */
export async function openConsumer({ brokers, group, isolation, onError, more }: ConsumerOptions): Promise<Consumer> {
  const settings = {
    'metadata.broker.list': brokers,
    'group.id': group,
    'isolation.level': isolation,
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'socket.keepalive.enable': true,
    ...more,
  }
  const consumer = watch(new Kafka.KafkaConsumer(settings as Kafka.ConsumerGlobalConfig, { 'auto.offset.reset': 'earliest' }), onError)
  await connect(consumer, brokers)
  return consumer
}

export interface ProducerOptions {
  readonly brokers: string
  readonly onError: (error: KafkaError) => void
  readonly more?: Readonly<Record<string, unknown>>
}

/** Connects an idempotent producer that places keys as Java's does. */
export async function openProducer({ brokers, onError, more }: ProducerOptions): Promise<Producer> {
  const settings = {
    'metadata.broker.list': brokers,
    'enable.idempotence': true,
    acks: -1,
    'compression.codec': 'lz4',
    'message.max.bytes': 32 * 1024 * 1024,
    'queue.buffering.max.messages': 1_000_000,
    'queue.buffering.max.kbytes': 1_048_576,
    'batch.num.messages': 10_000,
    'socket.keepalive.enable': true,
    ...more,
  }
  const producer = watch(new Kafka.Producer(settings as Kafka.ProducerGlobalConfig, { partitioner: 'murmur2_random' }), onError)
  await connect(producer, brokers)
  return producer
}

/** Disconnects; a client that is gone already is no fault, and one whose broker does not answer is not waited for longer than 15 s. */
export const closeClient = (client: Consumer | Producer): Promise<void> =>
  new Promise((resolve) => {
    if (!client.isConnected()) return resolve()
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)
    client.disconnect(() => {
      clearTimeout(timer)
      resolve()
    })
  })

/** First and next offset of a partition. The high one is that of the log itself only where the client reads uncommitted. */
export const queryWatermarks = (client: Consumer, { topic, partition }: TopicPartition): Promise<{ low: number; high: number }> =>
  call((done) => client.queryWatermarkOffsets(topic, partition, 10_000, done)).then((offsets) => {
    const { lowOffset, highOffset } = offsets as Kafka.WatermarkOffsets
    return { low: lowOffset, high: highOffset }
  })

/** Per partition the first offset at or after the time that stands in its place, epoch ms UTC; negative = there is none. One question for all. */
export const offsetsForTimes = (
  client: Consumer,
  asked: readonly Kafka.TopicPartitionOffset[],
): Promise<readonly Kafka.TopicPartitionOffset[]> => call((done) => client.offsetsForTimes([...asked], 10_000, done as never))
