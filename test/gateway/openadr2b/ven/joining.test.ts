/** How a VEN joins a VTN, renews, is put out, and survives a VTN that misbehaves. */
import { afterEach, expect, it } from 'vitest'
import { utilitySessions, utilitySignals } from '../../../../topics/catalogue.ts'
import { startVtn } from '../../../vtn/vtn.ts'
import { createRig, eventually, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.stop())

const said = () => rig.vtn.traffic().map(({ request }) => /SignedObject[^>]*>\s*<\w+:(oadr\w+)/.exec(request)?.[1])
const facts = () => rig.log.read(utilitySessions).map(({ value }) => value?.kind)

it('queries, registers, offers its reports, asks for events, and polls', async () => {
  rig = await createRig()
  const ven = await rig.joined()
  const messages = rig.vtn.traffic().map(({ service }) => service)
  expect(messages.slice(0, 6)).toEqual(['EiRegisterParty', 'EiRegisterParty', 'EiReport', 'EiReport', 'EiEvent', 'OadrPoll'])
  expect(said().slice(0, 2)).toEqual(['oadrQueryRegistration', 'oadrCreatePartyRegistration'])
  expect(rig.vtn.registrations()).toMatchObject([{ venName: 'herd', httpPullModel: true, reportOnly: false }])
  expect(rig.vtn.reportRequests()).toMatchObject([{ reportSpecifierID: 'telemetry-usage', rIDs: ['summer-shed/usage'] }])
  expect(rig.vtn.pendingReports(rig.vtn.registrations()[0]?.venID ?? '')).toEqual([rig.vtn.reportRequests()[0]?.reportRequestID])
  expect(ven.state()).toMatchObject({ stage: 'registered', venId: rig.vtn.registrations()[0]?.venID, trouble: {} })
  expect(facts()).toEqual(['registered', 'reportAsked'])
  expect(rig.vtn.refusals()).toEqual([])
})

it('records every message of the VTN verbatim before it acts on it', async () => {
  rig = await createRig()
  await rig.joined()
  const answered = rig.vtn.traffic().map(({ response }) => response)
  await eventually(() => expect(rig.log.read(utilitySignals).length).toBeGreaterThanOrEqual(answered.length))
  const recorded = rig.log.read(utilitySignals).map(({ value }) => String(value?.body))
  expect(recorded.slice(0, answered.length)).toEqual(answered)
  expect(rig.log.read(utilitySignals)[0]?.value).toMatchObject({
    vtnId: 'vtn-1',
    protocol: 'openadr2b',
    status: 200,
    service: 'EiRegisterParty',
  })
})

it('renews under the same ids after a restart', async () => {
  rig = await createRig()
  const first = await rig.joined()
  await first.stop()
  const polls = rig.proxy.seen('OadrPoll')
  rig.join()
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls))
  expect(rig.vtn.registrations()).toHaveLength(1)
  expect(rig.vtn.refusals()).toEqual([])
  expect(facts()).toEqual(['registered', 'reportAsked'])
})

it('registers anew where the VTN has forgotten it', async () => {
  rig = await createRig()
  const first = await rig.joined()
  await first.stop()
  const other = await startVtn({ clock: rig.clock.nowMs, pollFreqS: 1 })
  const ven = rig.join({ baseUrl: other.url })
  await eventually(() => expect(other.registrations()).toHaveLength(1))
  await eventually(() => expect(ven.state().stage).toBe('registered'))
  expect(facts().filter((kind) => kind !== 'reportAsked')).toEqual(['registered', 'unregistered', 'registered'])
  await ven.stop()
  await other.stop()
})

it('renews when it is asked to', async () => {
  rig = await createRig()
  await rig.joined()
  const [before] = rig.vtn.registrations()
  rig.vtn.requestReregistration(before?.venID ?? '')
  await eventually(() => expect(said().filter((name) => name === 'oadrCreatePartyRegistration')).toHaveLength(2))
  expect(rig.vtn.registrations()).toMatchObject([{ venID: before?.venID, registrationID: before?.registrationID }])
  expect(said()).toContain('oadrResponse')
})

it('agrees to a cancelled registration and falls silent', async () => {
  rig = await createRig()
  const ven = await rig.joined()
  rig.vtn.cancelRegistration(ven.state().venId ?? '')
  await eventually(() => expect(rig.vtn.registrations()).toEqual([]))
  await eventually(() => expect(ven.state()).toMatchObject({ stage: 'left', venId: undefined }))
  expect(facts().at(-1)).toBe('unregistered')
})

it('leaves when it is told to', async () => {
  rig = await createRig()
  const ven = await rig.joined()
  ven.leave()
  await eventually(() => expect(ven.state().stage).toBe('left'))
  expect(rig.vtn.registrations()).toEqual([])
})

it('does not join a VTN that calls itself by another id', async () => {
  rig = await createRig({ vtnId: 'someone-else' })
  const ven = rig.join()
  await eventually(() => expect(ven.state().trouble.query?.detail).toContain('"someone-else"'))
  expect(rig.vtn.registrations()).toEqual([])
})

it.each([
  ['malformed XML', { status: 200, body: '<oadrPayload><oops>', contentType: 'application/xml' }],
  ['a page of HTML', { status: 200, body: '<html><body>Maintenance</body></html>' }],
  ['HTTP 500', { status: 500, body: 'no' }],
  ['a message of another kind', { status: 200, body: '<oadrPayload xmlns="http://openadr.org/oadr-2.0b/2012/07"/>' }],
])('keeps %s in full, and goes on', async (_, how) => {
  rig = await createRig()
  const ven = await rig.joined()
  rig.proxy.misbehave('OadrPoll', how, 2)
  await eventually(() =>
    expect(
      rig.log.read(utilitySignals).filter(({ value }) => String(value?.body) === how.body && value?.status === how.status),
    ).toHaveLength(2),
  )
  const polls = rig.proxy.seen('OadrPoll')
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 2))
  await eventually(() => expect(ven.state().trouble).toEqual({}))
})

it.each(['hang', 'break off'] as const)('goes on after a VTN that lets it %s', async (how) => {
  rig = await createRig()
  const ven = await rig.joined({ timeoutMs: 300 })
  rig.proxy.misbehave('OadrPoll', how, 1)
  await eventually(() => expect(ven.state().trouble.poll).toBeDefined())
  await eventually(() => expect(ven.state().trouble).toEqual({}))
})

it('talks to one VTN while another is dead', async () => {
  rig = await createRig()
  const dead = rig.join({ vtnId: 'dead', baseUrl: 'http://127.0.0.1:9', venName: 'herd' })
  const alive = await rig.joined()
  await eventually(() => expect(dead.state().trouble.query?.failures).toBeGreaterThan(2))
  expect(alive.state()).toMatchObject({ stage: 'registered', trouble: {} })
})

it('says nothing more while what it heard cannot be recorded', async () => {
  rig = await createRig()
  const ven = await rig.joined()
  const recorded = () => rig.log.read(utilitySignals).length
  rig.log.failWith('the log is down')
  await eventually(() => expect(ven.state().said).toBeGreaterThan(recorded()))
  const held = ven.state().said
  expect(held).toBe(recorded() + 1)
  rig.log.failWith(undefined)
  await eventually(() => expect(recorded()).toBeGreaterThan(held + 1))
})
