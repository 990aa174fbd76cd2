/** Tests the local broker with a real one: it serves, keeps its state over stop and kill, and takes records of any age. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cacheDirOf, isComplete, kafkaDir } from '../../../deploy/local/cache.ts'
import { type LocalKafka, startKafka } from '../../../deploy/local/kafka.ts'

const cacheDir = cacheDirOf(process.env)
const TOPIC = 'kept'

const clientOf = (kafka: LocalKafka): Kafka => new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING })

const withAdmin = async <T>(kafka: LocalKafka, ask: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = clientOf(kafka).admin()
  await admin.connect()
  try {
    return await ask(admin)
  } finally {
    await admin.disconnect()
  }
}

const produce = async (kafka: LocalKafka, timestampMs: number): Promise<void> => {
  const producer = clientOf(kafka).producer({ idempotent: true })
  await producer.connect()
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ key: 'device-1', value: 'x', timestamp: String(timestampMs) }] })
  await producer.disconnect()
}

const endOffset = (kafka: LocalKafka): Promise<string | undefined> =>
  withAdmin(kafka, async (admin) => (await admin.fetchTopicOffsets(TOPIC))[0]?.high)

describe.skipIf(!isComplete(kafkaDir(cacheDir)))('local Kafka on Java (needs the jars that set-up fetches)', () => {
  let dataDir: string
  let kafka: LocalKafka
  const restart = async (): Promise<LocalKafka> => startKafka({ dataDir, cacheDir, log: () => {} })

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'drover-kafka-'))
    kafka = await restart()
  }, 120_000)
  afterAll(async () => {
    await kafka?.stop()
    rmSync(dataDir, { recursive: true })
  }, 60_000)

  test('takes records of any age, in topics that were made, and makes none by itself', async () => {
    await withAdmin(kafka, (admin) => admin.createTopics({ waitForLeaders: true, topics: [{ topic: TOPIC, numPartitions: 1 }] }))
    await produce(kafka, Date.UTC(2001, 0, 1))
    await produce(kafka, Date.UTC(2099, 0, 1))
    expect(await endOffset(kafka)).toBe('2')
    const producer = clientOf(kafka).producer({ retry: { retries: 0 } })
    await producer.connect()
    await expect(producer.send({ topic: 'never-made', messages: [{ value: 'x' }] })).rejects.toThrow()
    await producer.disconnect()
    expect(await withAdmin(kafka, (admin) => admin.listTopics())).not.toContain('never-made')
  }, 60_000)

  test('a second broker is refused the folder, and told who has it', async () => {
    await expect(restart()).rejects.toThrow(`at ${kafka.brokers}) already runs in ${dataDir}`)
  })

  test('comes back at the same address with everything, after a stop and after a kill', async () => {
    const { brokers } = kafka
    await kafka.stop()
    kafka = await restart()
    expect(await endOffset(kafka)).toBe('2')
    await produce(kafka, Date.now())
    await kafka.kill()
    kafka = await restart()
    expect(await endOffset(kafka)).toBe('3')
    expect(kafka.brokers).toBe(brokers)
  }, 120_000)
})
