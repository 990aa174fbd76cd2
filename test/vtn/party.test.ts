/** Parties, opts, polls and faults at the simulated VTN. */

import { afterEach, beforeEach, expect, it } from 'vitest'
import { createVen, register, type Ven } from './ven.ts'
import { startVtn, type Vtn } from './vtn.ts'

let vtn: Vtn
let ven: Ven
beforeEach(async () => {
  vtn = await startVtn({ vtnId: 'utility', pollFreqS: 30, clock: () => 1_000 })
  ven = createVen(vtn)
})
afterEach(async () => {
  ven.exchange.close()
  await vtn.stop()
})

it('tells a query its terms without registering anybody', async () => {
  const answer = await ven.send({ type: 'oadrQueryRegistration', requestID: 'query-1' }, 'oadrCreatedPartyRegistration')
  expect(answer).toEqual({
    type: 'oadrCreatedPartyRegistration',
    eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: 'query-1' },
    vtnID: 'utility',
    profiles: [{ profileName: '2.0b', transportNames: ['simpleHttp'] }],
    requestedOadrPollFreqS: 30,
    serviceSpecificInfo: [{ name: 'EiEvent', info: [{ key: 'simulated', value: 'true' }] }],
    extensions: [{ name: 'x-simulator', info: [] }],
  })
  expect(vtn.registrations()).toEqual([])
})

it('registers, and renews under the same ids', async () => {
  const ids = await register(ven, 'herd & co')
  expect(vtn.registrations()).toEqual([
    { ...ids, venName: 'herd & co', reportOnly: false, httpPullModel: true, transportAddress: '', registeredAtMs: 1_000 },
  ])
  vtn.requestReregistration(ids.venID)
  expect(await ven.poll(ids.venID, 'oadrRequestReregistration')).toEqual({ type: 'oadrRequestReregistration', venID: ids.venID })
  const renewed = await ven.send(
    {
      type: 'oadrCreatePartyRegistration',
      requestID: 'again',
      ...ids,
      profileName: '2.0b',
      transportName: 'simpleHttp',
      reportOnly: false,
      xmlSignature: false,
    },
    'oadrCreatedPartyRegistration',
  )
  expect(renewed).toMatchObject(ids)
  expect(vtn.registrations()).toHaveLength(1)
})

it('lets a VEN leave, and answers 452 to a registration it does not know', async () => {
  const { registrationID, venID } = await register(ven)
  const cancel = { type: 'oadrCancelPartyRegistration', requestID: 'leave', registrationID, venID } as const
  const wrong = await ven.send({ ...cancel, registrationID: 'other' }, 'oadrCanceledPartyRegistration')
  expect(wrong.eiResponse.responseCode).toBe('452')
  const right = await ven.send(cancel, 'oadrCanceledPartyRegistration')
  expect(right).toMatchObject({ eiResponse: { responseCode: '200', requestID: 'leave' }, registrationID, venID })
  expect(vtn.registrations()).toEqual([])
})

it('ends a registration of its own accord once the VEN agrees', async () => {
  const { venID, registrationID } = await register(ven)
  vtn.cancelRegistration(venID)
  const cancel = await ven.poll(venID, 'oadrCancelPartyRegistration')
  expect(cancel).toMatchObject({ venID, registrationID })
  const eiResponse = { responseCode: '200', requestID: cancel.requestID }
  await ven.send({ type: 'oadrCanceledPartyRegistration', eiResponse, registrationID, venID }, 'oadrResponse')
  expect(vtn.registrations()).toEqual([])
})

it('answers an idle poll with oadrResponse, and a stranger with 463', async () => {
  const { venID } = await register(ven)
  expect((await ven.poll(venID, 'oadrResponse')).eiResponse.responseCode).toBe('200')
  expect((await ven.poll('stranger', 'oadrResponse')).eiResponse.responseCode).toBe('463')
  expect(vtn.refusals()).toEqual(["VEN 'stranger' is not registered"])
})

it('keeps opts until they are cancelled', async () => {
  const { venID } = await register(ven)
  const opt = {
    type: 'oadrCreateOpt',
    optID: 'opt-1',
    optType: 'optOut',
    optReason: 'overrideStatus',
    venID,
    createdDateTimeMs: 0,
    requestID: 'r1',
    qualifiedEventID: { eventID: 'event-1', modificationNumber: 0 },
    targets: [{ kind: 'resourceID', id: 'resource <1>' }],
  } as const
  expect(await ven.send(opt, 'oadrCreatedOpt')).toMatchObject({ optID: 'opt-1', eiResponse: { requestID: 'r1' } })
  expect(vtn.opts()).toEqual([
    { venID, optID: 'opt-1', optType: 'optOut', optReason: 'overrideStatus', eventID: 'event-1', resourceIDs: ['resource <1>'] },
  ])
  const cancel = { type: 'oadrCancelOpt', requestID: 'r2', optID: 'opt-1', venID } as const
  expect((await ven.send(cancel, 'oadrCanceledOpt')).eiResponse.responseCode).toBe('200')
  expect((await ven.send(cancel, 'oadrCanceledOpt')).eiResponse.responseCode).toBe('452')
  expect(vtn.opts()).toEqual([])
})

it('answers the next poll with any bytes and status that a test wants', async () => {
  vtn.sendRaw(Buffer.from('<broken'), 500)
  const first = await ven.exchange.post('OadrPoll', '<whatever/>')
  expect([first.status, Buffer.from(first.body).toString()]).toEqual([500, '<broken'])
})

it.each([
  ['EiEvent', '<broken', 400],
  ['EiEvent', '<oadrPayload/>', 400],
])('answers %s with %s by HTTP %i', async (service, document, status) => {
  expect((await ven.exchange.post(service as 'EiEvent', document)).status).toBe(status)
})

it('does not know other services or other content', async () => {
  expect((await ven.exchange.post('EiQuote' as 'EiEvent', '<r/>')).status).toBe(404)
  const plain = await fetch(`${vtn.url}/OpenADR2/Simple/2.0b/OadrPoll`, { method: 'POST', body: '<r/>' })
  expect(plain.status).toBe(415)
})

it('answers a message at the wrong service with 459', async () => {
  const { venID } = await register(ven)
  const answer = await ven.send({ type: 'oadrPoll', venID }, 'oadrResponse', 'EiOpt')
  expect(answer.eiResponse.responseCode).toBe('459')
})
