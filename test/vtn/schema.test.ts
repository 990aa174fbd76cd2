/** One conversation with every message of a VTN, both sides of it valid against the public schema. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode } from '../../gateway/openadr2b/decode.ts'
import type { VtnMessage } from '../../gateway/openadr2b/messages.ts'
import { complaints, schemaMissing } from '../gateway/openadr2b/schema.ts'
import { registerReport, updateReport } from '../gateway/openadr2b/ven-messages.ts'
import type { Traffic } from './controls.ts'
import { fullEvent, simpleEvent } from './posted-events.ts'
import { createVen, register } from './ven.ts'
import { startVtn } from './vtn.ts'
import { parseMessage } from './xml.ts'

const nowMs = Date.UTC(2026, 6, 1, 12)
const traffic: Traffic[] = []

/** One conversation in which the VTN sends each of its messages at least once. */
const converse = async (): Promise<readonly Traffic[]> => {
  const vtn = await startVtn({ clock: () => nowMs })
  const ven = createVen(vtn)
  const { venID, registrationID } = await register(ven)
  const eiResponse = { responseCode: '200', requestID: 'x' }
  await ven.send({ type: 'oadrQueryRegistration', requestID: 'q' }, 'oadrCreatedPartyRegistration')
  const { reportRequests } = await ven.send({ ...registerReport, venID } as typeof registerReport, 'oadrRegisteredReport')
  vtn.postEvent(fullEvent(nowMs))
  vtn.postEvent(simpleEvent('a]]>', nowMs))
  vtn.modifyEvent('a]]>', { priority: 1 })
  vtn.cancelEvent('a]]>')
  await ven.send({ type: 'oadrRequestEvent', requestID: 'r', venID }, 'oadrDistributeEvent')
  const wanted = { venID, reportSpecifierID: 'history', rIDs: ['r1-energy'], granularityS: 900, reportBackDurationS: 0 }
  const reportRequestID = vtn.requestReport({ ...wanted, reportInterval: { startMs: nowMs, durationS: 900 } })
  vtn.cancelReport(reportRequestID, 'after one more report')
  vtn.offerReport(venID, 'prices')
  vtn.requestReregistration(venID)
  vtn.cancelRegistration(venID)
  const polled: string[] = []
  while (polled.at(-1) !== 'oadrResponse') polled.push(decode((await ven.exchange.post('OadrPoll', poll(venID))).body).type)
  vtn.cancelReport(reportRequests[0]?.reportRequestID ?? '', 'with the next answer')
  const reports = [{ reportRequestID: reportRequests[0]?.reportRequestID ?? '', reportSpecifierID: 'telemetry' }]
  const [usage] = updateReport.type === 'oadrUpdateReport' ? updateReport.reports : []
  if (usage !== undefined) {
    const update = { type: 'oadrUpdateReport', requestID: 'u', venID, reports: reports.map((report) => ({ ...usage, ...report })) } as const
    await ven.send(update, 'oadrUpdatedReport')
    await ven.send(update, 'oadrUpdatedReport')
  }
  const opt = { optID: 'o', optType: 'optIn', optReason: 'economic', venID, createdDateTimeMs: nowMs, requestID: 'o', targets: [] } as const
  await ven.send({ type: 'oadrCreateOpt', ...opt }, 'oadrCreatedOpt')
  await ven.send({ type: 'oadrCancelOpt', requestID: 'o', optID: 'o', venID }, 'oadrCanceledOpt')
  await ven.send({ type: 'oadrCreatedEvent', eiResponse, eventResponses: [], venID }, 'oadrResponse')
  await ven.send({ type: 'oadrCancelPartyRegistration', requestID: 'c', registrationID, venID }, 'oadrCanceledPartyRegistration')
  ven.exchange.close()
  await vtn.stop()
  return vtn.traffic()
}

const poll = (venID: string): string =>
  `<oadrPayload xmlns="http://openadr.org/oadr-2.0b/2012/07"><oadrSignedObject><oadrPoll><venID xmlns="http://docs.oasis-open.org/ns/energyinterop/201110">${venID}</venID></oadrPoll></oadrSignedObject></oadrPayload>`

beforeAll(async () => {
  traffic.push(...(await converse()))
})
afterAll(() => {
  traffic.length = 0
})

const everyType: Record<VtnMessage['type'], true> = {
  oadrDistributeEvent: true,
  oadrResponse: true,
  oadrCreatedPartyRegistration: true,
  oadrCancelPartyRegistration: true,
  oadrCanceledPartyRegistration: true,
  oadrRequestReregistration: true,
  oadrRegisterReport: true,
  oadrRegisteredReport: true,
  oadrCreateReport: true,
  oadrCancelReport: true,
  oadrUpdatedReport: true,
  oadrCreatedOpt: true,
  oadrCanceledOpt: true,
}

it('the conversation holds every message that a VTN sends', () => {
  const sent = new Set(traffic.map(({ response }) => parseMessage(response)?.name))
  expect([...sent].sort()).toEqual(Object.keys(everyType).sort())
})

describe.skipIf(schemaMissing !== undefined)(`a whole conversation is valid against oadr_20b.xsd ${schemaMissing ?? ''}`, () => {
  it.each(['request', 'response'] as const)('every %s', (side) => {
    const documents = traffic.map((entry) => entry[side])
    const faults = complaints(documents).map((complaint, index) => (complaint === '' ? '' : `${documents[index]}\n${complaint}`))
    expect(faults.filter((fault) => fault !== '')).toEqual([])
  })
})
