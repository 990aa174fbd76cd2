/** Answers EiRegisterParty: query, register, renew, leave. */

import { issueID, type Registration, type VtnState } from '../state.ts'
import { writeCanceledPartyRegistration, writeCreatedPartyRegistration } from '../write/registration.ts'
import { accepted, writeResponse } from '../write/response.ts'
import { type Parsed, text } from '../xml.ts'

export const onQueryRegistration = (state: VtnState, body: Parsed): string =>
  writeCreatedPartyRegistration(state, text(body, 'requestID'), accepted)

export const onCreatePartyRegistration = (state: VtnState, body: Parsed, nowMs: number): string => {
  const requestID = text(body, 'requestID')
  const registrationID = text(body, 'registrationID')
  const known = [...state.registrations.values()].find((registration) => registration.registrationID === registrationID)
  if (registrationID !== '' && known === undefined) {
    return writeCreatedPartyRegistration(state, requestID, { code: '452', description: `registrationID ${registrationID} is not known` })
  }
  const registration: Registration = {
    venID: known?.venID ?? (text(body, 'venID') || issueID(state, 'ven')),
    registrationID: known?.registrationID ?? issueID(state, 'registration'),
    venName: text(body, 'oadrVenName'),
    reportOnly: text(body, 'oadrReportOnly') === 'true',
    httpPullModel: text(body, 'oadrHttpPullModel') !== 'false',
    transportAddress: text(body, 'oadrTransportAddress'),
    registeredAtMs: nowMs,
  }
  state.registrations.set(registration.venID, registration)
  return writeCreatedPartyRegistration(state, requestID, accepted, registration)
}

export const onCancelPartyRegistration = (state: VtnState, body: Parsed): string => {
  const registrationID = text(body, 'registrationID')
  const known = [...state.registrations.values()].find((registration) => registration.registrationID === registrationID)
  const outcome = known === undefined ? { code: '452', description: `registrationID ${registrationID} is not known` } : accepted
  if (known !== undefined) forget(state, known.venID)
  return writeCanceledPartyRegistration(text(body, 'requestID'), outcome, registrationID, text(body, 'venID'))
}

/** The VEN agrees to a cancellation that the VTN asked for. */
export const onCanceledPartyRegistration = (state: VtnState, body: Parsed): string => {
  forget(state, text(body, 'venID'))
  return writeResponse('', accepted, text(body, 'venID') || undefined)
}

const forget = (state: VtnState, venID: string): void => {
  state.registrations.delete(venID)
  state.queues.delete(venID)
  for (const request of state.requests.values()) if (request.venID === venID) request.status = 'cancelled'
}
