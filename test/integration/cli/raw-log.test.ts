/** The raw log reader on a real broker: stretches with commit markers and aborted records, again and again with one client. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRawLog, type RawLog, type Stretch } from '../../../gateway/cli/log/raw-log.ts'
import { call, closeClient, openProducer, type Producer } from '../../../processors/runtime/kafka/client.ts'
import { devicePresence } from '../../../topics/catalogue.ts'
import { defineTopic } from '../../../topics/define.ts'
import { useBroker } from '../../support/broker.ts'

const broker = useBroker()
const prefix = broker.uniquePrefix()
const name = `${prefix}.presence`
const topic = defineTopic(name, { ...devicePresence, schema: devicePresence.schema })

let log: RawLog
let producer: Producer
let partitions = 0

/** Writes values to each partition in one transaction. */
async function write(values: readonly string[], end: 'commit' | 'abort', timestampMs = 1_000): Promise<void> {
  await call<void>((done) => producer.beginTransaction(done as never))
  for (let partition = 0; partition < partitions; partition++)
    for (const value of values) producer.produce(topic.name, partition, Buffer.from(value), 'key', timestampMs)
  await call<void>((done) => producer.flush(10_000, done as never))
  await call<void>((done) =>
    end === 'commit' ? producer.commitTransaction(10_000, done as never) : producer.abortTransaction(10_000, done as never),
  )
}

beforeAll(async () => {
  partitions = await broker.provision([topic])
  producer = await openProducer({ brokers: broker.brokers, onError: () => {}, more: { 'transactional.id': prefix } })
  await call<void>((done) => producer.initTransactions(30_000, done as never))
  log = openRawLog({ brokers: broker.brokers, name: 'drover.test', signal: new AbortController().signal })
  await write(['1', '2'], 'commit')
  await write(['lost'], 'abort')
  await write(['3'], 'commit', 5_000)
  await write(['lost'], 'abort')
})

afterAll(async () => {
  await Promise.all([log?.close(), producer && closeClient(producer)])
})

async function scan(stretches: readonly Stretch[]): Promise<readonly string[]> {
  const seen: string[] = []
  await log.scan(stretches, ({ partition, value }) => seen.push(`${partition} ${value}`))
  return seen.sort()
}

const each = (values: readonly string[]): readonly string[] =>
  Array.from({ length: partitions }, (_, partition) => values.map((value) => `${partition} ${value}`))
    .flat()
    .sort()
const stretches = (from: Parameters<RawLog['stretch']>[2]): Promise<readonly Stretch[]> =>
  Promise.all(Array.from({ length: partitions }, (_, partition) => log.stretch(topic.name, partition, from)))

test('gives what was committed, and ends behind markers and aborted records', async () => {
  expect(await scan(await stretches('beginning'))).toEqual(each(['1', '2', '3']))
})

test('starts at a time, or at an offset', async () => {
  expect(await scan(await stretches({ sinceMs: 5_000 }))).toEqual(each(['3']))
  expect(await scan(await stretches({ offset: 1 }))).toEqual(each(['2', '3']))
  expect(await scan(await stretches({ offset: 1_000_000 }))).toEqual([])
})

test('ends inside a partition, and reads it again to its end', async () => {
  const whole = await stretches('beginning')
  for (let round = 0; round < 5; round++) {
    // The first partition is done long before the others, which must not keep it from being read afterwards.
    const short = whole.map((stretch, index) => (index === 0 ? { ...stretch, end: 1 } : stretch))
    expect(await scan(short)).toEqual(each(['1', '2', '3']).filter((text) => text !== '0 2' && text !== '0 3'))
    expect(await scan(whole)).toEqual(each(['1', '2', '3']))
  }
})

test('counts what is done', async () => {
  const whole = await stretches('beginning')
  const done: number[] = []
  await log.scan(
    whole,
    () => {},
    (offsets) => done.push(offsets),
  )
  expect(done.at(-1)).toBe(whole.reduce((sum, { start, end }) => sum + end - start, 0))
})
