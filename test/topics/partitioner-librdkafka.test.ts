/** The partitioner agrees with librdkafka's murmur2, which our own producers use; asked of librdkafka's built-in mock cluster. */
import Kafka from 'node-rdkafka'
import { expect, it } from 'vitest'
import { partitionOf } from '../../topics/partitioner.ts'

const KEYS = ['21', 'device-1', 'Gerät-7', '電池', ...Array.from({ length: 200 }, (_, i) => `device-${i}`.padEnd((i % 9) + 8, 'x'))]

/** Produces one record per key and gives the partitions that librdkafka chose. */
function placeByLibrdkafka(keys: readonly string[]): Promise<{ readonly partitions: ReadonlyMap<string, number>; readonly count: number }> {
  const producer = new Kafka.Producer(
    { 'metadata.broker.list': '127.0.0.1:1', 'test.mock.num.brokers': 1, dr_cb: true } as Kafka.ProducerGlobalConfig,
    { partitioner: 'murmur2_random' },
  )
  const partitions = new Map<string, number>()
  return new Promise((resolve, reject) => {
    producer.on('event.error', reject)
    producer.on('delivery-report', (error, report) => {
      if (error) return reject(error)
      partitions.set(String(report.opaque), report.partition)
      if (partitions.size < new Set(keys).size) return
      producer.getMetadata({ topic: 'keys', timeout: 5_000 }, (failure, metadata) => {
        producer.disconnect(() => {
          if (failure) reject(failure)
          else resolve({ partitions, count: metadata.topics.find(({ name }) => name === 'keys')?.partitions.length ?? 0 })
        })
      })
    })
    producer.on('ready', () => {
      producer.setPollInterval(10)
      for (const key of keys) producer.produce('keys', null, Buffer.from('x'), key, undefined, key)
    })
    producer.connect({}, (error) => error && reject(error))
  })
}

it('puts every key where librdkafka puts it', async () => {
  const { partitions, count } = await placeByLibrdkafka(KEYS)
  expect(count).toBeGreaterThan(1)
  for (const [key, partition] of partitions) expect([key, partitionOf(key, count)]).toEqual([key, partition])
})
