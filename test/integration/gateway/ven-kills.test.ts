/** VENs on the real broker, killed with -9 at the worst moments of an event: nothing is told twice, no report is lost, and EiOpt follows the devices. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, runSubTopology } from '../../../processors/runtime/kafka/run.ts'
import { touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import { topology } from '../../../processors/topology.ts'
import type { EnrollmentChange } from '../../../schemas/enrollment.ts'
import {
  dispatchOrders,
  enrollmentChanges,
  programCapacity,
  programsChanges,
  utilityEvents,
  utilityOpts,
  utilityReports,
  utilitySessions,
} from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { aChange, someAttributes } from '../../build/changes.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { anEvent, aReport, HOUR_MS, marketContext } from '../../gateway/openadr2b/ven/rig.ts'
import { type TestBroker, useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { startUnrulyProxy, type UnrulyProxy } from '../../support/unruly-proxy.ts'
import { startVtn, type Vtn } from '../../vtn/vtn.ts'
import { startVtn as startVtn3, type Vtn as Vtn3 } from '../../vtn3/vtn.ts'
import { cleanCluster } from '../pipeline/clean-cluster.ts'
import { startVens, type Vens } from './vens.ts'

let broker: TestBroker
let writer: LogWriter
let running: readonly Running[] = []
let vtn: Vtn
let proxy: UnrulyProxy
let vtn3: Vtn3
let vens: Vens

const start = () => startVens({ brokers: broker.brokers, registryUrl: broker.registryUrl, url2b: proxy.url, url3: vtn3.url })
async function restart(): Promise<void> {
  await vens.kill()
  vens = await start()
}
const polled = async (): Promise<void> => {
  const [before, before3] = [proxy.seen('OadrPoll'), vtn3.requests().length]
  await eventually('both VENs poll on', () => proxy.seen('OadrPoll') > before + 3 && vtn3.requests().length > before3 + 3)
}
const change = (deviceId: string, kind: EnrollmentChange['kind'], more: Partial<EnrollmentChange> = {}) =>
  writer.append(enrollmentChanges, aChange(kind, { deviceId, effectiveFromMs: Date.now(), ...more }))
const answers = () => vtn.createdEvents().map(({ eventID, modificationNumber, optType }) => `${eventID} ${modificationNumber} ${optType}`)
const answersAbout = (eventID: string) => answers().filter((words) => words.startsWith(`${eventID} `))
/** Every oadrCreatedEvent about an event that reached the VTN, byte for byte. */
const messagesAbout = (eventID: string) =>
  vtn.traffic().flatMap(({ request }) => (request.includes('oadrCreatedEvent') && request.includes(`>${eventID}<`) ? [request] : []))
const startMs = Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS
const valuesOf = async <T>(topic: Topic<T>): Promise<readonly T[]> => (await broker.readAll(topic)).flatMap(({ value }) => value ?? [])

/** The VTN took our answer, and we have taken note of that. */
const settled = (eventID: string, modificationNumber: number) =>
  eventually(`${eventID} ${modificationNumber} is answered`, async () =>
    (await valuesOf(utilitySessions)).some(
      ({ answer }) => answer?.theirEventId === eventID && answer.modificationNumber === modificationNumber,
    ),
  )

async function runProcessors(): Promise<void> {
  const parts = topology.subTopologies.filter(({ name }) => ['control', 'enrollment', 'dispatch'].includes(name))
  const topics = [...new Map(parts.flatMap(touchedTopics).map((topic) => [topic.name, topic])).values()]
  const devicePartitions = await broker.provision([...topics, utilitySessions, utilityReports])
  writer = await broker.openWriter()
  const terms = { settledUnit: 'resource' } as const
  await writer.append(programsChanges, aProgramChange({ terms: someTerms({ marketContext, ...terms }) }))
  const terms3 = someTerms({ vtnId: 'vtn-31', marketContext: 'winter-shed', graceS: 0 })
  await writer.append(programsChanges, aProgramChange({ programId: 'winter-shed', changeId: 'w', terms: terms3 }))
  const { brokers, schemas, clock } = broker
  const options = { brokers, schemas, clock, devicePartitions, node: 'test', codeVersion: 'test', answers: {} }
  running = parts.map((subTopology) => runSubTopology({ ...options, subTopology }))
  await eventually('the programs to be known', async () => {
    const orders = await valuesOf(dispatchOrders)
    return ['summer-shed', 'winter-shed'].every((id) => orders.some(({ programs }) => programs.some(({ programId }) => programId === id)))
  })
}

beforeAll(async () => {
  broker = useBroker()
  await cleanCluster(broker.brokers, false)
  await runProcessors()
  vtn = await startVtn({ pollFreqS: 1, telemetry: null })
  proxy = await startUnrulyProxy(vtn.url)
  vtn3 = await startVtn3({ revision: '3.1', nowMs: Date.now })
  vtn3.objects.create('programs', { programName: 'winter-shed' })
  for (const deviceId of ['d-1', 'd-2']) {
    const attributes = someAttributes({ protocol: 'loopback' })
    await change(deviceId, 'registered', { attributes, siteId: 'site-1' })
    await change(deviceId, 'enrolled', { programId: 'summer-shed', resourceId: 'feeder-7' })
  }
  vens = await start()
  await eventually('both VENs poll', () => proxy.seen('OadrPoll') > 0 && vtn3.requests().some(({ path }) => path === 'events'), 120_000)
}, 240_000)
afterAll(async () => {
  await vens?.kill()
  await proxy?.stop()
  await vtn?.stop()
  await vtn3?.stop()
  await Promise.all(running.map((one) => one.stop()))
  await writer?.close()
  await cleanCluster(broker.brokers, true)
}, 120_000)

test('killed with oadrCreatedEvent on its way: it is said until it is taken, and then never again', async () => {
  proxy.misbehave('EiEvent', 'hang', 1)
  const before = proxy.seen('EiEvent')
  vtn.postEvent(anEvent('a', startMs))
  await eventually('the answer is on its way', () => proxy.seen('EiEvent') > before)
  expect(answers()).toEqual([])
  await restart()
  await settled('a', 0)
  await restart()
  await polled()
  expect(answers()).toEqual(['a 0 optIn'])
  expect(messagesAbout('a')).toHaveLength(1)
})

test('killed in the middle of an event that runs: a modification is answered once, and understood once', async () => {
  vtn.postEvent(anEvent('b', Date.now() - 60_000))
  await settled('b', 0)
  await restart()
  await polled()
  vtn.modifyEvent('b', { priority: 1 })
  await settled('b', 1)
  await restart()
  await polled()
  expect(answersAbout('b')).toEqual(['b 0 optIn', 'b 1 optIn'])
  const kinds = (await valuesOf(utilityEvents)).filter(({ theirEventId }) => theirEventId === 'b')
  expect(kinds.map(({ kind }) => kind)).toEqual(['event', 'event'])
})

test('killed before we could take note that the VTN took our answer: it is repeated once at most, and by the same opt', async () => {
  vtn.postEvent(anEvent('c', startMs))
  await eventually('the VTN takes the answer', () => answersAbout('c').length > 0)
  await restart()
  await settled('c', 0)
  await restart()
  await polled()
  expect([1, 2]).toContain(messagesAbout('c').length)
  expect(new Set(answersAbout('c'))).toEqual(new Set(['c 0 optIn']))
})

test('killed with reports on their way, toward both VTNs: none is lost, none is new twice', async () => {
  const venID = vtn.registrations()[0]?.venID ?? ''
  const reportRequestId = vtn.requestReport({
    venID,
    reportSpecifierID: 'telemetry-usage',
    rIDs: ['summer-shed/usage'],
    granularityS: 900,
    reportBackDurationS: 0,
  })
  const asked = async () => (await valuesOf(utilitySessions)).flatMap(({ report }) => report ?? [])
  await eventually('the request is on the log', async () => (await asked()).some((one) => one.reportRequestId === reportRequestId))
  const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
  const [program] = vtn3.objects.all('programs')
  vtn3.objects.create('events', {
    programID: program?.id,
    intervalPeriod: { start: new Date(hourMs).toISOString(), duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }],
    reportDescriptors: [{ payloadType: 'USAGE', aggregate: true }],
  })
  const request3 = await eventually('3.1 asks, too', async () => (await asked()).find(({ reportRequestId: id }) => id.startsWith('event-')))
  proxy.misbehave('EiReport', 'hang', 1)
  vtn3.misbehave('POST reports', 'do, then break off', 1)
  const before = proxy.seen('EiReport')
  await writer.append(utilityReports, aReport({ reportRequestId }))
  const points = [{ rId: 'winter-shed/usage', values: [500], qualities: ['measured' as const] }]
  const report3 = { reportId: 'r-31', vtnId: 'vtn-31', reportRequestId: request3.reportRequestId, startMs: hourMs, stepS: 3600, points }
  await writer.append(utilityReports, aReport(report3))
  await eventually('both are on their way', () => proxy.seen('EiReport') > before && vtn3.objects.all('reports').length > 0)
  await restart()
  const statuses = async () => {
    const reports = await valuesOf(utilityReports)
    return ['r-1', 'r-31'].map((id) => reports.findLast(({ reportId }) => reportId === id)?.status)
  }
  await eventually('both are accepted', async () => (await statuses()).every((status) => status === 'accepted'))
  await restart()
  await polled()
  expect(vtn.reports().map(({ reportRequestID }) => reportRequestID)).toEqual([reportRequestId])
  expect(vtn3.objects.all('reports')).toHaveLength(1)
})

test('devices that leave an event and come back are told by EiOpt, over a kill, each step once', async () => {
  const events = await valuesOf(utilityEvents)
  const eventId = events.find(({ theirEventId }) => theirEventId === 'a')?.eventId ?? ''
  await eventually('the resource is counted', async () => (await valuesOf(programCapacity)).some(({ resources }) => resources.length > 0))
  const steps = async () => (await valuesOf(utilityOpts)).map(({ action, status }) => `${action} ${status}`)
  await change('d-1', 'optedOut', { eventId, actor: 'customer' })
  await change('d-2', 'optedOut', { eventId, actor: 'device' })
  const opts = () =>
    vtn.opts().map(({ eventID, optType, optReason, resourceIDs }) => [eventID, optType, optReason, ...resourceIDs].join(' '))
  await eventually('the opt is told', async () => (await steps()).includes('create accepted'))
  expect(opts()).toEqual(['a optOut notParticipating feeder-7'])
  await restart()
  await change('d-1', 'optedIn', { eventId, actor: 'customer' })
  await eventually('it is taken back', async () => (await steps()).includes('cancel accepted'))
  await polled()
  expect(opts()).toEqual([])
  const said = vtn.traffic().flatMap(({ request }) => /oadr(?:Create|Cancel)Opt/.exec(request)?.[0] ?? [])
  expect(said).toEqual(['oadrCreateOpt', 'oadrCancelOpt'])
  expect(await steps()).toEqual(['create pending', 'create accepted', 'cancel pending', 'cancel accepted'])
})
