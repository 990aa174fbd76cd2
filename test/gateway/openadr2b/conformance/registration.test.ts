/** Conformance, EiRegisterParty: how a VEN joins a VTN, stays, and leaves (OpenADR 2.0b, registration; reference rules N). */
import { expect, it } from 'vitest'
import { utilitySessions } from '../../../../topics/catalogue.ts'
import { child, text } from '../../../vtn/xml.ts'
import { createRig, eventually } from '../ven/rig.ts'
import { talk } from './talk.ts'

const conversation = talk()
const { rig, said } = conversation
const create = () => said('oadrCreatePartyRegistration')
const document = (message: string, body: string) =>
  Buffer.from(
    `<oadrPayload xmlns="http://openadr.org/oadr-2.0b/2012/07" xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110" xmlns:pyld="http://docs.oasis-open.org/ns/energyinterop/201110/payloads"><oadrSignedObject><${message} ei:schemaVersion="2.0b">${body}</${message}></oadrSignedObject></oadrPayload>`,
  )

it('query registration comes first, then create', async () => {
  await rig().joined()
  expect(
    said()
      .slice(0, 2)
      .map(({ name }) => name),
  ).toEqual(['oadrQueryRegistration', 'oadrCreatePartyRegistration'])
})

it('a first registration names no venID and no registrationID', async () => {
  await rig().joined()
  expect(create()[0]?.body).not.toHaveProperty('venID')
  expect(create()[0]?.body).not.toHaveProperty('registrationID')
})

it('a pull VEN declares profile 2.0b, simpleHttp, the pull model, and no transport address', async () => {
  await rig().joined()
  expect(create()[0]?.body).toMatchObject({
    oadrProfileName: '2.0b',
    oadrTransportName: 'simpleHttp',
    oadrReportOnly: 'false',
    oadrXmlSignature: 'false',
    oadrVenName: 'herd',
    oadrHttpPullModel: 'true',
  })
  expect(create()[0]?.body).not.toHaveProperty('oadrTransportAddress')
})

it('registration is followed by METADATA reports with reportRequestID 0, then oadrRequestEvent, then the first poll', async () => {
  await rig().joined()
  const names = said().map(({ name }) => name)
  expect(names.filter((name) => name !== 'oadrCreatedReport').slice(2, 5)).toEqual(['oadrRegisterReport', 'oadrRequestEvent', 'oadrPoll'])
  expect(text(child(said('oadrRegisterReport')[0]?.body ?? {}, 'oadrReport'), 'reportRequestID') || '0').toBe('0')
})

it('every later message carries the venID that the VTN gave', async () => {
  const ven = await rig().joined()
  const { venId } = ven.state()
  expect(said('oadrPoll').every(({ body }) => text(body, 'venID') === venId)).toBe(true)
  expect(said('oadrRequestEvent').every(({ body }) => text(child(body, 'eiRequestEvent'), 'venID') === venId)).toBe(true)
})

it('a renewal carries the old registrationID and venID', async () => {
  const first = await rig().joined()
  const { venId } = first.state()
  await first.stop()
  rig().join()
  await eventually(() => expect(create()).toHaveLength(2))
  expect(text(create()[1]?.body ?? {}, 'venID')).toBe(venId)
  expect(text(create()[1]?.body ?? {}, 'registrationID')).toBe(rig().vtn.registrations()[0]?.registrationID)
})

it('452 on a renewal leads to a registration as new', async () => {
  const first = await rig().joined()
  await first.stop()
  const other = await createRig()
  const ven = rig().join({ baseUrl: other.vtn.url })
  await eventually(() => expect(ven.state().stage).toBe('registered'))
  expect(other.vtn.registrations()).toHaveLength(1)
  await ven.stop()
  await other.stop()
})

it('oadrRequestReregistration is answered by oadrResponse, and then by a registration with the old registrationID', async () => {
  const ven = await rig().joined()
  rig().vtn.requestReregistration(ven.state().venId ?? '')
  await eventually(() => expect(create()).toHaveLength(2))
  const names = said().map(({ name }) => name)
  expect(names.indexOf('oadrResponse')).toBeGreaterThan(0)
  expect(names.indexOf('oadrResponse')).toBeLessThan(names.lastIndexOf('oadrCreatePartyRegistration'))
  expect(text(create()[1]?.body ?? {}, 'registrationID')).toBe(rig().vtn.registrations()[0]?.registrationID)
})

it('oadrResponse that is answered by HTTP 200 without a body was heard: it is not repeated', async () => {
  const ven = await rig().joined()
  const before = rig().proxy.seen('EiRegisterParty')
  rig().proxy.misbehave('EiRegisterParty', { status: 200, body: '', contentType: 'application/xml' }, 1)
  rig().vtn.requestReregistration(ven.state().venId ?? '')
  await eventually(() => expect(create()).toHaveLength(2))
  expect(rig().proxy.seen('EiRegisterParty') - before).toBe(2)
  expect(ven.state().trouble).toEqual({})
})

it('re-registration leads to a new offer of reports and a new oadrRequestEvent', async () => {
  const ven = await rig().joined()
  rig().vtn.requestReregistration(ven.state().venId ?? '')
  await eventually(() => expect(said('oadrRequestEvent')).toHaveLength(2))
  expect(said('oadrRegisterReport')).toHaveLength(2)
})

it('oadrCancelPartyRegistration is answered by oadrCanceledPartyRegistration 200, and silence follows', async () => {
  const ven = await rig().joined()
  rig().vtn.cancelRegistration(ven.state().venId ?? '')
  await eventually(() => expect(said('oadrCanceledPartyRegistration')).toHaveLength(1))
  expect(text(child(said('oadrCanceledPartyRegistration')[0]?.body ?? {}, 'eiResponse'), 'responseCode')).toBe('200')
  await eventually(() => expect(ven.state().stage).toBe('left'))
  expect(said().at(-1)?.name).toBe('oadrCanceledPartyRegistration')
})

it('oadrCancelPartyRegistration for a wrong registrationID is answered by 452, and the VEN stays', async () => {
  const ven = await rig().joined()
  rig().vtn.sendRaw(
    document('oadrCancelPartyRegistration', '<pyld:requestID>r</pyld:requestID><ei:registrationID>foreign</ei:registrationID>'),
  )
  await eventually(() => expect(said('oadrCanceledPartyRegistration')).toHaveLength(1))
  expect(text(child(said('oadrCanceledPartyRegistration')[0]?.body ?? {}, 'eiResponse'), 'responseCode')).toBe('452')
  await conversation.polledOn()
  expect(ven.state().stage).toBe('registered')
})

it('a VEN that leaves says oadrCancelPartyRegistration with its ids', async () => {
  const ven = await rig().joined()
  const [{ registrationID } = { registrationID: '' }] = rig().vtn.registrations()
  ven.leave()
  await eventually(() => expect(ven.state().stage).toBe('left'))
  expect(text(said('oadrCancelPartyRegistration')[0]?.body ?? {}, 'registrationID')).toBe(registrationID)
})

it('463 on a poll leads to a renewal', async () => {
  await rig().joined()
  rig().vtn.sendRaw(document('oadrResponse', '<ei:eiResponse><ei:responseCode>463</ei:responseCode><pyld:requestID/></ei:eiResponse>'))
  await eventually(() => expect(create()).toHaveLength(2))
})

it('a VTN that answers with another vtnID is not joined', async () => {
  const other = await createRig({ vtnId: 'someone-else' })
  const ven = rig().join({ baseUrl: other.vtn.url })
  await eventually(() => expect(ven.state().trouble.query?.detail).toContain('"someone-else"'))
  expect(other.vtn.registrations()).toEqual([])
  await ven.stop()
  await other.stop()
})

it('a VTN that offers no profile 2.0b over simpleHttp is not joined', async () => {
  const body = document(
    'oadrCreatedPartyRegistration',
    '<ei:eiResponse><ei:responseCode>200</ei:responseCode><pyld:requestID/></ei:eiResponse><ei:vtnID>vtn-1</ei:vtnID><oadrProfiles><oadrProfile><oadrProfileName>2.0a</oadrProfileName><oadrTransports><oadrTransport><oadrTransportName>simpleHttp</oadrTransportName></oadrTransport></oadrTransports></oadrProfile></oadrProfiles>',
  ).toString()
  rig().proxy.misbehave('EiRegisterParty', { status: 200, body, contentType: 'application/xml' }, 3)
  const ven = rig().join()
  await eventually(() => expect(ven.state().trouble.query?.detail).toContain('2.0b'))
  expect(rig().vtn.registrations()).toEqual([])
  await eventually(() => expect(said('oadrPoll').length).toBeGreaterThan(0))
})

it('registration and its end are facts on the log', async () => {
  const ven = await rig().joined()
  rig().vtn.cancelRegistration(ven.state().venId ?? '')
  await eventually(() => expect(ven.state().stage).toBe('left'))
  const kinds = rig()
    .log.read(utilitySessions)
    .flatMap(({ value }) => (value?.registration !== null || value?.kind === 'unregistered' ? [value?.kind] : []))
  expect(kinds).toEqual(['registered', 'unregistered'])
})

conversation.heldAgainstSchema()
