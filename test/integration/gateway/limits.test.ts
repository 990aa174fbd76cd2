/** The largest messages that edges accept go through the real broker: recorded, read by the interpreter, put aside whole, and the next one is heard. */
import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_BODY_BYTES } from '../../../gateway/openadr2b/limits.ts'
import { startVen } from '../../../gateway/openadr2b/ven/start.ts'
import { type Running, runSubTopology } from '../../../processors/runtime/kafka/run.ts'
import { touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import { topology } from '../../../processors/topology.ts'
import { programsChanges, rejectedRecords, utilityReports, utilitySessions, utilitySignals } from '../../../topics/catalogue.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { anEvent, HOUR_MS, marketContext } from '../../gateway/openadr2b/ven/rig.ts'
import { type TestBroker, useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { startUnrulyProxy } from '../../support/unruly-proxy.ts'
import { startVtn } from '../../vtn/vtn.ts'
import { cleanCluster } from '../pipeline/clean-cluster.ts'

let broker: TestBroker
let control: Running
const stops: (() => unknown)[] = []

beforeAll(async () => {
  broker = useBroker()
  await cleanCluster(broker.brokers, false)
  const subTopology = topology.subTopologies.find(({ name }) => name === 'control')
  if (!subTopology) throw new Error('there is no control sub-topology')
  const devicePartitions = await broker.provision([...touchedTopics(subTopology), utilitySessions, utilityReports])
  const { brokers, schemas, clock } = broker
  control = runSubTopology({ subTopology, brokers, schemas, clock, devicePartitions, node: 'test', codeVersion: 'test', answers: {} })
}, 120_000)
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
  await control?.stop()
  await cleanCluster(broker.brokers, true)
}, 120_000)

test('an answer of 30 MB that nobody can read, and the event after it', async () => {
  const writer = await broker.openWriter()
  const vtn = await startVtn({ pollFreqS: 1, telemetry: null })
  const proxy = await startUnrulyProxy(vtn.url)
  stops.push(() => writer.close(), vtn.stop, proxy.stop)
  await writer.append(programsChanges, aProgramChange({ terms: someTerms({ marketContext }) }))
  const { reader, clock } = broker
  const options = {
    vtnId: 'vtn-1',
    venName: 'herd',
    baseUrl: proxy.url,
    writer,
    reader,
    clock,
    log: pino({ level: 'silent' }),
    pollMs: 200,
  }
  const ven = startVen(options)
  stops.push(() => ven.stop())
  await eventually('the VEN polls', () => proxy.seen('OadrPoll') > 0)
  // Nothing that compresses well: the broker must take it as long as it is.
  const body = randomBytes((MAX_BODY_BYTES / 4) * 3).toString('base64')
  expect(body).toHaveLength(MAX_BODY_BYTES)
  proxy.misbehave('OadrPoll', { status: 200, body, contentType: 'application/xml' }, 1)
  const kept = await eventually('it is recorded', async () =>
    (await broker.readAll(utilitySignals)).find(({ value }) => value?.body.length === MAX_BODY_BYTES),
  )
  expect(sha256Hex(kept.value?.body ?? '')).toBe(sha256Hex(Buffer.from(body)))
  const rejected = await eventually('it is put aside', async () => (await broker.readAll(rejectedRecords)).at(0)?.value ?? undefined)
  expect(rejected).toMatchObject({ topic: utilitySignals.name, offset: kept.offset, reason: 'unreadableBody' })
  expect(rejected.value?.length).toBeGreaterThan(MAX_BODY_BYTES)
  vtn.postEvent(anEvent('after', Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS))
  await eventually('the next event is answered', () => vtn.createdEvents().length > 0)
  expect(vtn.createdEvents()).toMatchObject([{ eventID: 'after', optType: 'optIn' }])
})
