/** Conformance, push mode: the services that a VEN hosts, and what each message of a VTN is answered with (OpenADR 2.0b, simple HTTP, push). */
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OadrEvent } from '../../../../gateway/openadr2b/types/event.ts'
import type { Ven } from '../../../../gateway/openadr2b/ven/start.ts'
import { rejectedRecords, utilityReports, utilitySessions, utilitySignals } from '../../../../topics/catalogue.ts'
import { freePort } from '../../../support/free-port.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { writeCancelPartyRegistration, writeRequestReregistration } from '../../../vtn/write/registration.ts'
import { writeCancelReport, writeCreateReport, writeOffer } from '../../../vtn/write/report.ts'
import { child, parseMessage, text } from '../../../vtn/xml.ts'
import { aReport, eventually } from '../ven/rig.ts'
import { anOadrEvent, talk } from './talk.ts'

const conversation = talk({ telemetry: null })
const { rig, said, answers, kinds, soonMs } = conversation
let ven: Ven
let port: number

beforeEach(async () => {
  port = await freePort()
  ven = rig().join({ push: { port, address: `http://127.0.0.1:${port}` } })
  await eventually(() => expect(said('oadrRequestEvent')).toHaveLength(1))
})

interface Answer {
  readonly status: number
  readonly name: string | undefined
  readonly code: string
  readonly requestID: string
  readonly document: string
}

async function push(service: string, document: string, contentType = 'application/xml'): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/OpenADR2/Simple/2.0b/${service}`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: document,
  })
  const answer = await response.text()
  if (answer !== '') conversation.keep(answer)
  const message = answer === '' ? undefined : parseMessage(answer)
  const eiResponse = child(message?.body ?? {}, 'eiResponse')
  return {
    status: response.status,
    name: message?.name,
    code: text(eiResponse, 'responseCode'),
    requestID: text(eiResponse, 'requestID'),
    document: answer,
  }
}
const pushEvents = (events: readonly OadrEvent[], vtnID = 'vtn-1', requestID = 'd-1') =>
  push('EiEvent', writeDistributeEvent(requestID, vtnID, events))
const venID = () => ven.state().venId ?? ''
const request = (id: string, reportSpecifierID = 'telemetry-usage') => ({
  venID: venID(),
  reportRequestID: id,
  reportSpecifierID,
  rIDs: ['summer-shed/usage'],
  granularityS: 60,
  reportBackDurationS: 120,
  status: 'active' as const,
  cancelWithUpdate: false,
})

describe('registration', () => {
  it('a push VEN declares its transport address and not the pull model', () => {
    expect(said('oadrCreatePartyRegistration')[0]?.body).toMatchObject({
      oadrTransportAddress: `http://127.0.0.1:${port}`,
      oadrHttpPullModel: 'false',
    })
    expect(rig().vtn.registrations()).toMatchObject([{ httpPullModel: false, transportAddress: `http://127.0.0.1:${port}` }])
  })

  it('a push VEN does not poll', async () => {
    await pushEvents([anOadrEvent('a', soonMs())])
    await eventually(() => expect(answers()).toHaveLength(1))
    expect(said('oadrPoll')).toEqual([])
  })

  it('oadrRequestReregistration is answered by oadrResponse 200, and a registration follows', async () => {
    expect(await push('EiRegisterParty', writeRequestReregistration(venID()))).toMatchObject({
      status: 200,
      name: 'oadrResponse',
      code: '200',
    })
    await eventually(() => expect(said('oadrCreatePartyRegistration')).toHaveLength(2))
  })

  it('oadrCancelPartyRegistration is answered by oadrCanceledPartyRegistration 200, and silence follows', async () => {
    const [registration] = rig().vtn.registrations()
    if (!registration) throw new Error('not registered')
    expect(await push('EiRegisterParty', writeCancelPartyRegistration('c', registration))).toMatchObject({
      name: 'oadrCanceledPartyRegistration',
      code: '200',
      requestID: 'c',
    })
    await eventually(() => expect(ven.state().stage).toBe('left'))
    expect(await pushEvents([anOadrEvent('late', soonMs())])).toMatchObject({ name: 'oadrResponse', code: '463' })
  })

  it('452: a wrong registrationID', async () => {
    const [registration] = rig().vtn.registrations()
    if (!registration) throw new Error('not registered')
    const wrong = { ...registration, registrationID: 'foreign' }
    expect(await push('EiRegisterParty', writeCancelPartyRegistration('c', wrong))).toMatchObject({ code: '452' })
    expect(ven.state().stage).toBe('registered')
  })
})

describe('EiEvent', () => {
  it('oadrDistributeEvent is answered by oadrResponse, and oadrCreatedEvent follows on its own', async () => {
    expect(await pushEvents([anOadrEvent('a', soonMs())], 'vtn-1', 'd-7')).toMatchObject({
      name: 'oadrResponse',
      code: '200',
      requestID: 'd-7',
    })
    await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
    expect(said('oadrCreatedEvent')[0]?.request).toContain('<pyld:requestID>d-7</pyld:requestID>')
  })

  it('the message is on the log before it is answered', async () => {
    await pushEvents([anOadrEvent('a', soonMs())])
    expect(rig().log.read(utilitySignals).at(-1)?.value).toMatchObject({ service: 'EiEvent', status: 0, contentType: 'application/xml' })
  })

  it('a pushed list is complete, too: what is missing is cancelled', async () => {
    const [a, b] = [anOadrEvent('a', soonMs()), anOadrEvent('b', soonMs())]
    await pushEvents([a, b])
    await pushEvents([b])
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled']))
    expect(kinds('b')).toEqual(['event'])
  })

  it('452: the vtnID of another VTN, told in oadrResponse', async () => {
    expect(await pushEvents([anOadrEvent('a', soonMs())], 'vtn-2')).toMatchObject({ name: 'oadrResponse', code: '452' })
    expect(kinds('a')).toEqual([])
    expect(said('oadrCreatedEvent')).toEqual([])
  })

  it('a modification and a stale one, each answered on its own', async () => {
    await pushEvents([anOadrEvent('a', soonMs(), { modificationNumber: 1 })])
    await eventually(() => expect(answers()).toEqual(['a 1 200 optIn']))
    await pushEvents([anOadrEvent('a', soonMs(), { modificationNumber: 0 })])
    await eventually(() => expect(answers()).toEqual(['a 1 200 optIn', 'a 0 450 optOut']))
  })

  it('many pushes at once are settled one after the other', async () => {
    const events = Array.from({ length: 12 }, (_, index) => anOadrEvent(`e${index}`, soonMs()))
    const answered = await Promise.all(events.map((_, index) => pushEvents(events.slice(0, index + 1))))
    expect(answered.every(({ code }) => code === '200')).toBe(true)
    await pushEvents(events)
    await eventually(() => expect(new Set(answers())).toEqual(new Set(events.map(({ eventID }) => `${eventID} 0 200 optIn`))))
  })
})

describe('EiReport', () => {
  it('oadrCreateReport is answered by oadrCreatedReport with what is pending', async () => {
    const answer = await push('EiReport', writeCreateReport('r', [request('asked-1')], venID()))
    expect(answer).toMatchObject({ name: 'oadrCreatedReport', code: '200', requestID: 'r' })
    expect(answer.document).toContain('<ei:reportRequestID>asked-1</ei:reportRequestID>')
    expect(rig().log.read(utilitySessions).at(-1)?.value).toMatchObject({ kind: 'reportAsked', report: { reportRequestId: 'asked-1' } })
  })

  it('the report itself is sent by oadrUpdateReport', async () => {
    await push('EiReport', writeCreateReport('r', [request('asked-1')], venID()))
    await rig().log.writer.append(utilityReports, aReport({ reportRequestId: 'asked-1' }))
    await eventually(() => expect(said('oadrUpdateReport')).toHaveLength(1))
  })

  it('oadrCancelReport is answered by oadrCanceledReport', async () => {
    await push('EiReport', writeCreateReport('r', [request('asked-1')], venID()))
    const answer = await push('EiReport', writeCancelReport('c', ['asked-1'], false, venID()))
    expect(answer).toMatchObject({ name: 'oadrCanceledReport', code: '200', requestID: 'c' })
    expect(answer.document).not.toContain('asked-1')
  })

  it('oadrRegisterReport is answered by oadrRegisteredReport', async () => {
    expect(await push('EiReport', writeOffer('o', 'prices', rig().clock.nowMs(), venID()))).toMatchObject({
      name: 'oadrRegisteredReport',
      code: '200',
    })
  })

  it('452: a message for another VEN', async () => {
    const answer = await push('EiReport', writeCreateReport('r', [{ ...request('asked-1'), venID: 'another' }], 'another'))
    expect(answer).toMatchObject({ name: 'oadrResponse', code: '452' })
    expect(ven.state().openReportRequests).toEqual([])
  })

  it('461: a report that is not on offer', async () => {
    expect(await push('EiReport', writeCreateReport('r', [request('asked-1', 'weather')], venID()))).toMatchObject({
      name: 'oadrCreatedReport',
      code: '461',
    })
  })
})

describe('what a service does not take', () => {
  it('459: a message at the wrong service', async () => {
    expect(await push('EiReport', writeDistributeEvent('d', 'vtn-1', []))).toMatchObject({ status: 200, name: 'oadrResponse', code: '459' })
  })

  it('454: well-formed, but not a message of OpenADR, naming the place', async () => {
    const document = writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', soonMs())]).replace(/<e:eventStatus>[^<]*<\/e:eventStatus>/, '')
    const answer = await push('EiEvent', document)
    expect(answer).toMatchObject({ status: 200, name: 'oadrResponse', code: '454' })
    expect(answer.document).toContain('eventStatus')
  })

  it.each([
    ['malformed XML', '<oadrPayload><oops>'],
    ['a bomb of entities', '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'],
    ['an external entity', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'],
    ['nothing', ''],
  ])('HTTP 400: %s, kept as it came', async (_, document) => {
    expect(await push('EiEvent', document)).toMatchObject({ status: 400, document: '' })
    expect(String(rig().log.read(utilitySignals).at(-1)?.value?.body)).toBe(document)
    expect((await pushEvents([anOadrEvent('a', soonMs())])).code).toBe('200')
  })

  it.each(['text/plain', 'application/json', 'application/xmlish', ''])('HTTP 415: content type "%s", kept aside', async (contentType) => {
    const document = writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', soonMs())])
    expect((await push('EiEvent', document, contentType)).status).toBe(415)
    expect(String(rig().log.read(rejectedRecords).at(-1)?.value?.value)).toBe(document)
    expect(kinds('a')).toEqual([])
  })

  it.each(['application/xml', 'text/xml; charset=utf-8', 'APPLICATION/XML'])('content type "%s" is taken', async (contentType) => {
    expect((await push('EiEvent', writeDistributeEvent('d', 'vtn-1', []), contentType)).code).toBe('200')
  })

  it.each(['OadrPoll', 'EiOpt', 'Nonsense', '../secret'])('HTTP 404: %s is not hosted by a VEN', async (service) => {
    expect((await push(service, writeDistributeEvent('d', 'vtn-1', []))).status).toBe(404)
  })

  it('HTTP 405: anything but POST', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/OpenADR2/Simple/2.0b/EiEvent`)).status).toBe(405)
  })
})

describe('restart', () => {
  it('in the middle of an event: no second oadrCreatedEvent', async () => {
    rig().vtn.postEvent({ ...anOadrEvent('a', rig().clock.nowMs() - 600_000) })
    await pushEvents(rig().vtn.events(venID()))
    await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
    await ven.stop()
    ven = rig().join({ push: { port, address: `http://127.0.0.1:${port}` } })
    await eventually(() => expect(said('oadrRequestEvent')).toHaveLength(2))
    await pushEvents(rig().vtn.events(venID()))
    await pushEvents(rig().vtn.events(venID()))
    expect(answers()).toEqual(['a 0 200 optIn'])
    expect(kinds('a')).toEqual(['event'])
  })

  it('a push that cannot be recorded is not answered before it is', async () => {
    await ven.stop()
    const lines: string[] = []
    ven = rig().join({
      push: { port, address: `http://127.0.0.1:${port}` },
      log: pino({}, { write: (line: string) => void lines.push(line) }),
    })
    await eventually(() => expect(said('oadrRequestEvent')).toHaveLength(2))
    rig().log.failWith('the log is down')
    let answered = false
    const answer = pushEvents([anOadrEvent('a', soonMs())]).finally(() => {
      answered = true
    })
    await eventually(() => expect(lines.join('')).toContain('could not be written'))
    expect(answered).toBe(false)
    rig().log.failWith(undefined)
    expect((await answer).code).toBe('200')
  })
})

afterEach(() => ven.stop())
conversation.heldAgainstSchema()
