/** Answers EiReport but for the values: takes offers, asks for reports, and tracks which requests run. */

import { issueID, type Offer, type ReportRequest, type VtnState } from '../state.ts'
import { writeRegisteredReport } from '../write/report.ts'
import { accepted, writeResponse } from '../write/response.ts'
import { child, children, type Parsed, text, texts } from '../xml.ts'

/** New offers replace the VEN's old ones; each TELEMETRY_USAGE offer is asked for at once. */
export const onRegisterReport = (state: VtnState, body: Parsed): string => {
  const venID = text(body, 'venID')
  const offers = children(body, 'oadrReport').map((report) => offerOf(report, venID))
  const others = state.offers.filter((offer) => offer.venID !== venID)
  state.offers.splice(0, state.offers.length, ...others, ...offers)
  const answered = state.requests.get(text(body, 'reportRequestID'))
  if (answered !== undefined) answered.status = 'cancelled'
  const wanted = state.telemetry === undefined ? [] : offers.filter((offer) => isNewTelemetry(state, offer))
  const requests = wanted.map((offer) => issueRequest(state, offer, { ...state.telemetry }))
  return writeRegisteredReport(text(body, 'requestID'), accepted, requests, venID)
}

const isNewTelemetry = (state: VtnState, offer: Offer): boolean =>
  offer.reportName === 'METADATA_TELEMETRY_USAGE' &&
  ![...state.requests.values()].some(
    (request) => request.venID === offer.venID && request.reportSpecifierID === offer.reportSpecifierID && request.status === 'active',
  )

/** Records a request for all rIDs of an offer, or for those named. */
export const issueRequest = (
  state: VtnState,
  offer: Pick<Offer, 'venID' | 'reportSpecifierID' | 'rIDs'>,
  terms: Partial<Pick<ReportRequest, 'granularityS' | 'reportBackDurationS' | 'reportInterval'>>,
): ReportRequest => {
  const request: ReportRequest = {
    venID: offer.venID,
    reportRequestID: issueID(state, 'report'),
    reportSpecifierID: offer.reportSpecifierID,
    rIDs: offer.rIDs,
    granularityS: terms.granularityS ?? 0,
    reportBackDurationS: terms.reportBackDurationS ?? 0,
    reportInterval: terms.reportInterval,
    status: 'active',
    cancelWithUpdate: false,
  }
  state.requests.set(request.reportRequestID, request)
  return request
}

/** oadrCreatedReport and oadrCanceledReport both list what the VEN still has to send. */
export const onPendingReports = (state: VtnState, body: Parsed): string => {
  const venID = text(body, 'venID')
  state.pendingReports.set(venID, texts(child(body, 'oadrPendingReports'), 'reportRequestID'))
  return writeResponse(text(child(body, 'eiResponse'), 'requestID'), accepted, venID || undefined)
}

/** The VEN's answer to the VTN's own offer. */
export const onRegisteredReport = (_state: VtnState, body: Parsed): string =>
  writeResponse(text(child(body, 'eiResponse'), 'requestID'), accepted, text(body, 'venID') || undefined)

const offerOf = (report: Parsed, venID: string): Offer => ({
  venID,
  reportSpecifierID: text(report, 'reportSpecifierID'),
  reportName: text(report, 'reportName'),
  rIDs: children(report, 'oadrReportDescription').map((description) => text(description, 'rID')),
})
