/** Keeps, on a small compacted topic of the cluster itself, what Kafka has no place for: the count of device partitions, and what topics are keyed by. */
import type { Admin, Producer } from 'kafkajs'
import Kafka from 'node-rdkafka'

/** Its values are plain text, so that they can be read before there is a schema registry. */
export const NOTES_TOPIC = 'drover.notes.v1'

const DEVICE_PARTITIONS = 'device-partitions'
const KEYED_BY = 'keyed-by '

export interface Notes {
  /** null = none noted yet. */
  readonly devicePartitions: number | null
  /** By topic name. */
  readonly keyedBy: ReadonlyMap<string, string>
}

/** Creates the topic; no change if it is there. */
export async function createNotesTopic(admin: Admin, replicas: number): Promise<void> {
  const configEntries = [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'min.insync.replicas', value: String(Math.min(2, replicas)) },
  ]
  await admin.createTopics({ topics: [{ topic: NOTES_TOPIC, numPartitions: 1, replicationFactor: replicas, configEntries }] })
}

/** Notes what the cluster was provisioned with; durable when it resolves. */
export async function writeNotes(producer: Producer, notes: Notes): Promise<void> {
  const messages = [...notes.keyedBy].map(([topic, key]) => ({ key: KEYED_BY + topic, value: key }))
  if (notes.devicePartitions !== null) messages.push({ key: DEVICE_PARTITIONS, value: String(notes.devicePartitions) })
  await producer.send({ topic: NOTES_TOPIC, acks: -1, messages })
}

/** Reads all notes; empty ones if the cluster was never provisioned. */
export async function readNotes(brokers: string): Promise<Notes> {
  const entries = await readAll(brokers)
  const count = entries.get(DEVICE_PARTITIONS)
  const keyedBy = [...entries].flatMap(([key, value]) => (key.startsWith(KEYED_BY) ? [[key.slice(KEYED_BY.length), value] as const] : []))
  return { devicePartitions: count === undefined ? null : Number(count), keyedBy: new Map(keyedBy) }
}

/** Partitions of device-keyed topics on a provisioned cluster; every process asks at its start. */
export async function readDevicePartitions(brokers: string): Promise<number> {
  const { devicePartitions } = await readNotes(brokers)
  if (devicePartitions === null) throw new Error(`the cluster at ${brokers} is not provisioned; run \`drover topics apply\``)
  return devicePartitions
}

const call = <T>(run: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    run((error, value) => (error ? reject(error) : resolve(value)))
  })

async function readAll(brokers: string): Promise<ReadonlyMap<string, string>> {
  const consumer = new Kafka.KafkaConsumer(
    { 'metadata.broker.list': brokers, 'group.id': 'drover.notes', 'enable.auto.commit': false, 'enable.partition.eof': true },
    { 'auto.offset.reset': 'earliest' },
  )
  const metadata = await call<Kafka.Metadata>((done) => consumer.connect({ timeout: 30_000 }, done))
  const entries = new Map<string, string>()
  try {
    if (!metadata.topics.some(({ name }) => name === NOTES_TOPIC)) return entries
    const end = new Promise((resolve) => consumer.once('partition.eof', resolve))
    let isAtEnd = false
    void end.then(() => {
      isAtEnd = true
    })
    consumer.assign([{ topic: NOTES_TOPIC, partition: 0, offset: 0 }])
    while (!isAtEnd) {
      for (const { key, value } of await call<Kafka.Message[]>((done) => consumer.consume(1_000, done)))
        entries.set(String(key), String(value))
    }
    return entries
  } finally {
    await call((done) => consumer.disconnect(done))
  }
}
