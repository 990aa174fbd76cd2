/** Tests the broker in a container, where Docker answers and has an image with Kafka in /opt/kafka. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { versions } from '../../../deploy/local/cache.ts'
import { containerNameOf, dockerAnswers, imageIsHere } from '../../../deploy/local/docker.ts'
import type { LocalKafka } from '../../../deploy/local/kafka.ts'
import { startKafkaContainer } from '../../../deploy/local/kafka-docker.ts'
import { until } from './processes.ts'

const image = process.env.DROVER_TEST_KAFKA_IMAGE ?? versions.kafkaImage
const canRun = (await dockerAnswers(process.env)) && (await imageIsHere(image, process.env))

const isRunning = (name: string): boolean =>
  spawnSync('docker', ['ps', '-q', '--filter', `name=${name}`], { encoding: 'utf8' }).stdout !== ''

describe.skipIf(!canRun)(`local Kafka in a container (needs Docker with the image ${image})`, () => {
  let dataDir: string
  let kafka: LocalKafka
  const start = (): Promise<LocalKafka> => startKafkaContainer({ dataDir, image, env: process.env, log: () => {} })

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'drover-kafka-'))
    kafka = await start()
  }, 180_000)
  afterAll(async () => {
    await kafka?.stop()
    rmSync(dataDir, { recursive: true })
  }, 60_000)

  test('keeps its topics over a kill, and leaves no container behind', async () => {
    const name = containerNameOf('kafka', dataDir)
    const { brokers } = kafka
    const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'kept', numPartitions: 1 }] })
    await kafka.kill()
    await until('the container is gone', () => !isRunning(name))
    kafka = await start()
    expect(kafka.brokers).toBe(brokers)
    expect(await admin.listTopics()).toContain('kept')
    await admin.disconnect()
    await kafka.stop()
    expect(isRunning(name)).toBe(false)
  }, 180_000)
})
