/** Edges append durably and follow the log from any place, without a group. */
import { expect, onTestFinished, test } from 'vitest'
import { call, closeClient, openProducer } from '../../../processors/runtime/kafka/client.ts'
import { createLogReader, type Unreadable } from '../../../processors/runtime/kafka/log-reader.ts'
import { initTransactions } from '../../../processors/runtime/kafka/transaction.ts'
import type { Followed, FollowFrom } from '../../../processors/runtime/log.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { readRaw } from '../../support/raw-log.ts'
import { createStory } from './story.ts'

async function setUp() {
  const broker = useBroker()
  const story = createStory(broker.uniquePrefix())
  const devicePartitions = await broker.provision(story.topics)
  const writer = await broker.openWriter()
  onTestFinished(() => writer.close())
  const follow = async (from: FollowFrom, onUnreadable: (record: Unreadable) => void = () => {}) => {
    const records: Followed<{ deviceId: string; thingId: string }>[] = []
    const reader = createLogReader({ brokers: broker.brokers, schemas: broker.schemas, name: 'drover.test', onUnreadable })
    const following = await reader.follow([story.things], from, (batch) => void records.push(...batch))
    onTestFinished(() => following.stop())
    return { records, caughtUp: following.caughtUp }
  }
  return { broker, story, devicePartitions, writer, follow }
}

const thing = (i: number) => ({ deviceId: `device-${i}`, thingId: `thing-${i}` })
const numbers = Array.from({ length: 1_000 }, (_, i) => i)

test('what is appended stands where the writer says, on the partition that Java would choose', async () => {
  const { broker, story, devicePartitions, writer } = await setUp()
  const appended = await Promise.all(
    numbers.map((i) => writer.append(story.things, thing(i), { timestampMs: 1_000 + i, causation: 'there-0-1' })),
  )
  const records = new Map(
    (await readRaw(broker.brokers, story.things.name)).map((record) => [`${record.partition} ${record.offset}`, record]),
  )
  expect(records.size).toBe(numbers.length)
  for (const [i, { partition, offset }] of appended.entries()) {
    const record = records.get(`${partition} ${offset}`)
    expect(partition).toBe(partitionOf(`device-${i}`, devicePartitions))
    expect(record).toMatchObject({ timestampMs: 1_000 + i, headers: { causation: 'there-0-1', producer: 'test' } })
    expect(String(record?.key)).toBe(`device-${i}`)
  }
})

test('patient records are as durable as others, and a flush waits for them', async () => {
  const { broker, story, writer } = await setUp()
  const appending = numbers.map((i) => writer.append(story.things, thing(i), { isPatient: i % 2 === 0 }))
  const settled = Promise.all(appending)
  await writer.flush()
  expect(await readRaw(broker.brokers, story.things.name)).toHaveLength(numbers.length)
  const places = (await settled).map(({ partition, offset }) => `${partition} ${offset}`)
  expect(new Set(places).size).toBe(numbers.length)
})

test('a key is written whole, whatever is in it', async () => {
  const { broker, story, writer } = await setUp()
  const keys = ['plain', 'of\u0000parts', '', 'µ\u0000']
  for (const key of keys) await writer.append(story.things, thing(0), { key, partition: 0 })
  expect((await readRaw(broker.brokers, story.things.name)).map(({ key }) => String(key))).toEqual(keys)
})

test('a value that does not fit is refused with the field, before anything is written', async () => {
  const { story, writer } = await setUp()
  await expect(writer.append(story.things, { deviceId: 7, thingId: 'x' } as never)).rejects.toThrow(/deviceId/)
  await expect(writer.append(story.orders, { orderId: 'x' })).rejects.toThrow(/needs options.partition/)
})

test('flush waits for all that was appended', async () => {
  const { broker, story, writer } = await setUp()
  for (const i of numbers) void writer.append(story.things, thing(i))
  await new Promise((resolve) => setImmediate(resolve))
  await writer.flush()
  expect(await readRaw(broker.brokers, story.things.name)).toHaveLength(numbers.length)
})

test('following starts at the beginning, the end, a time, or given offsets', async () => {
  const { story, writer, follow } = await setUp()
  const places = []
  for (const i of numbers.slice(0, 20))
    places.push(await writer.append(story.things, { ...thing(i), deviceId: 'device' }, { timestampMs: 1_000 * (i + 1) }))
  const [{ partition, offset }] = places.slice(15) as [{ partition: number; offset: number }]
  const all = await follow('beginning')
  const none = await follow('end')
  const late = await follow({ sinceMs: 13_000 })
  const given = await follow({ offsets: new Map([[`${story.things.name}-${partition}`, offset]]) })
  await Promise.all([all.caughtUp, none.caughtUp, late.caughtUp, given.caughtUp])
  expect([all, none, late, given].map(({ records }) => records.length)).toEqual([20, 0, 8, 5])
  await writer.append(story.things, { ...thing(20), deviceId: 'device' })
  await eventually('the new record reaches all', () =>
    [all, none, late, given].every(({ records }) => records.at(-1)?.value?.thingId === 'thing-20'),
  )
})

test('records of open and aborted transactions are not seen, and catching up waits for their end', async () => {
  const { broker, story, writer, follow } = await setUp()
  await writer.append(story.things, thing(0), { partition: 0 })
  const more = { 'transactional.id': broker.uniquePrefix() }
  const producer = await openProducer({ brokers: broker.brokers, onError: () => {}, more })
  await initTransactions(producer)
  await call<void>((done) => producer.beginTransaction(done as never))
  producer.produce(story.things.name, 0, Buffer.from('never'), 'key')
  await call<void>((done) => producer.flush(10_000, done as never))
  const { records, caughtUp } = await follow('beginning')
  let isCaughtUp = false
  void caughtUp.then(() => {
    isCaughtUp = true
  })
  await eventually('the committed record is seen', () => records.length === 1)
  expect(isCaughtUp).toBe(false)
  await call<void>((done) => producer.abortTransaction(10_000, done as never))
  await caughtUp
  expect(records).toHaveLength(1)
  await closeClient(producer)
})

test('what cannot be read is handed over whole, and the rest goes on', async () => {
  const { broker, story, writer, follow } = await setUp()
  const producer = await openProducer({ brokers: broker.brokers, onError: () => {} })
  producer.produce(story.things.name, 0, Buffer.from('no avro'), 'key')
  await call<void>((done) => producer.flush(10_000, done as never))
  await closeClient(producer)
  await writer.append(story.things, thing(1), { partition: 0 })
  const unreadable: Unreadable[] = []
  const { records, caughtUp } = await follow('beginning', (record) => unreadable.push(record))
  await caughtUp
  expect(records.map(({ value }) => value?.thingId)).toEqual(['thing-1'])
  expect(unreadable).toMatchObject([{ topic: story.things.name, partition: 0, offset: 0, value: Buffer.from('no avro') }])
})
