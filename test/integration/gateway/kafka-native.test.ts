/** A utility that speaks Kafka with clients of its own: it writes utility.requests and is answered on utility.events, word for word as the AsyncAPI document says. */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import rdkafka from 'node-rdkafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gatherHistory } from '../../../gateway/cli/signals/gather.ts'
import { reinterpret } from '../../../gateway/cli/signals/reinterpret.ts'
import { signalReaders } from '../../../gateway/signal-readers.ts'
import { type Running, runSubTopology } from '../../../processors/runtime/kafka/run.ts'
import { touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import { topology } from '../../../processors/topology.ts'
import type { UtilityEvent, UtilityRequest } from '../../../schemas/utility.ts'
import { asyncApiDocument } from '../../../topics/asyncapi.ts'
import { dispatchOrders, programsChanges, rejectedRecords, utilitySessions } from '../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { type TestBroker, useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { cleanCluster } from '../pipeline/clean-cluster.ts'

const HOUR_MS = 3_600_000
const START_MS = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS

/** All that the utility knows of Drover: the document, where the brokers are, and the registry. */
const document = asyncApiDocument('test') as unknown as {
  operations: Record<string, { channel: { $ref: string }; reply?: { channel: { $ref: string } } }>
}
const [asking] = Object.values(document.operations).filter(({ reply }) => reply !== undefined)
const topicOf = (ref: string | undefined): string => (ref ?? '').replace('#/channels/', '')
const requestTopic = topicOf(asking?.channel.$ref)
const answerTopic = topicOf(asking?.reply?.channel.$ref)

let broker: TestBroker
let control: Running
let registry: SchemaRegistry
let producer: Producer
let consumer: rdkafka.KafkaConsumer
const answers: UtilityEvent[] = []

async function follow(brokers: string): Promise<rdkafka.KafkaConsumer> {
  const opened = new rdkafka.KafkaConsumer(
    { 'metadata.broker.list': brokers, 'group.id': 'utility', 'enable.auto.commit': false, 'isolation.level': 'read_committed' },
    { 'auto.offset.reset': 'earliest' },
  )
  await new Promise<void>((resolve, reject) => opened.connect({}, (error) => (error ? reject(error) : resolve())))
  opened.on('data', ({ value }) => void (value && registry.decode(value).then((event: UtilityEvent) => answers.push(event))))
  opened.subscribe([answerTopic])
  opened.consume()
  return opened
}

beforeAll(async () => {
  broker = useBroker()
  await cleanCluster(broker.brokers, false)
  const subTopology = topology.subTopologies.find(({ name }) => name === 'control')
  if (!subTopology) throw new Error('there is no control sub-topology')
  const devicePartitions = await broker.provision([...touchedTopics(subTopology), utilitySessions])
  const writer = await broker.openWriter()
  await writer.append(programsChanges, aProgramChange())
  const asks = someTerms({ optPolicy: 'operator', optDeadlineS: 3600 })
  await writer.append(programsChanges, aProgramChange({ programId: 'asks', changeId: 'asks', terms: asks }))
  await writer.close()
  const { brokers, schemas, clock, registryUrl } = broker
  control = runSubTopology({ subTopology, brokers, schemas, clock, devicePartitions, node: 'test', codeVersion: 'test', answers: {} })
  await eventually('the programs to be known', async () => {
    const orders = (await broker.readAll(dispatchOrders)).flatMap(({ value }) => value?.programs ?? [])
    return ['summer-shed', 'asks'].every((id) => orders.some(({ programId }) => programId === id))
  })
  registry = new SchemaRegistry({ host: registryUrl })
  producer = new Kafka({ clientId: 'utility', brokers: brokers.split(','), logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  consumer = await follow(brokers)
})
afterAll(async () => {
  await producer?.disconnect()
  await new Promise<void>((resolve) => (consumer ? consumer.disconnect(() => resolve()) : resolve()))
  await control?.stop()
  await cleanCluster(broker.brokers, true)
})

const request = (changes: Partial<UtilityRequest> = {}) => ({
  requestId: '',
  requester: 'ace-power',
  action: 'create',
  programId: 'summer-shed',
  theirEventId: 'heat-wave',
  modificationNumber: 0,
  intervals: [{ startMs: START_MS, endMs: START_MS + HOUR_MS, level: '2', valueW: null }],
  targets: [],
  test: 'none',
  priority: 0,
  targetW: null,
  openEnded: false,
  hold: null,
  reason: '',
  bodyHash: '',
  eventId: '',
  revision: 0,
  ...changes,
})

async function send(key: string, value: Buffer): Promise<number> {
  const [written] = await producer.send({ topic: requestTopic, acks: -1, messages: [{ key, value }] })
  return Number(written?.baseOffset)
}

/** The one answer to a request, found by the offset that its producer learned. */
async function ask(changes: Partial<UtilityRequest>): Promise<UtilityEvent> {
  const id = await registry.getLatestSchemaId(`${requestTopic}-value`)
  const words = request(changes)
  const offset = await send(words.requester, await registry.encode(id, { ...words, requestId: JSON.stringify(changes) }))
  const isAnswer = (event: UtilityEvent) => {
    const cause = event.optRequest ?? event.signal
    return cause?.topic === requestTopic && cause.offset === offset
  }
  return eventually(`an answer to request ${offset}`, () => answers.find(isAnswer), 60_000)
}

test('creates, modifies, cancels and holds, each answered once by name of the request', async () => {
  const created = await ask({ action: 'create' })
  expect(created).toMatchObject({ kind: 'event', revision: 1, vtnId: 'ace-power', theirEventId: 'heat-wave', opt: 'optIn' })
  const longer = [{ startMs: START_MS, endMs: START_MS + 2 * HOUR_MS, level: '3', valueW: null }]
  const modified = await ask({ action: 'modify', modificationNumber: 1, intervals: longer })
  expect(modified).toMatchObject({ eventId: created.eventId, revision: 2, endMs: START_MS + 2 * HOUR_MS })
  expect(await ask({ action: 'cancel', modificationNumber: 2 })).toMatchObject({ eventId: created.eventId, kind: 'cancelled', revision: 3 })
  const hold = { scope: 'program', id: 'summer-shed' } as const
  expect(await ask({ action: 'hold', hold })).toMatchObject({ kind: 'hold', hold })
  expect(await ask({ action: 'unhold', hold })).toMatchObject({ kind: 'unhold', hold })
})

test('is refused by name of the field', async () => {
  const refused = async (changes: Partial<UtilityRequest>) => (await ask({ theirEventId: 'bad', ...changes })).refusal
  expect(await refused({ programId: 'nobody' })).toMatch(/^programId: /)
  expect(await refused({ intervals: [] })).toMatch(/^intervals: /)
  expect(await refused({ intervals: [{ startMs: START_MS, endMs: START_MS + HOUR_MS, level: '9', valueW: null }] })).toMatch(
    /^intervals\[0\]\.level: /,
  )
  expect(await refused({ targets: [{ kind: 'resource', ids: [] }] })).toMatch(/^targets: /)
  expect(await refused({ action: 'cancel' })).toMatch(/^theirEventId: /)
  expect(await refused({ action: 'hold' })).toMatch(/^hold: /)
  expect(await refused({ action: 'approve', eventId: 'nobody' })).toMatch(/^eventId: /)
})

test('waits for an operator where the program wants one', async () => {
  const waiting = await ask({ programId: 'asks', theirEventId: 'asked' })
  expect(waiting).toMatchObject({ kind: 'event', opt: null, optDeadlineMs: expect.any(Number) })
  const approved = await ask({ requester: 'olga', action: 'approve', eventId: waiting.eventId })
  expect(approved).toMatchObject({ eventId: waiting.eventId, revision: 2, opt: 'optIn', optCause: 'operator' })
})

test('what cannot be read is put aside with its place, and the next request is answered', async () => {
  const junk = await send('ace-power', Buffer.from('not Avro at all'))
  const id = await registry.getLatestSchemaId(`${requestTopic}-value`)
  const foreign = await send('somebody else', await registry.encode(id, { ...request(), requestId: 'under a foreign key' }))
  expect(await ask({ theirEventId: 'after all' })).toMatchObject({ kind: 'event' })
  const rejected = (await broker.readAll(rejectedRecords)).flatMap(({ value }) => value ?? [])
  expect(rejected.map(({ topic, offset }) => `${topic} ${offset}`)).toEqual([`${requestTopic} ${junk}`, `${requestTopic} ${foreign}`])
})

test('the log of all this is understood the same again', async () => {
  const found = reinterpret(await gatherHistory(broker.reader, 0, Number.POSITIVE_INFINITY), signalReaders, 0)
  expect(found.differences).toEqual([])
  expect(found.events).toBe(answers.length)
  expect(found.requests).toBeGreaterThan(10)
})
