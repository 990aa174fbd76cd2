/** Answers oadrUpdateReport: checks every value against what was asked for, and keeps the report or refuses it whole. */

import type { AcceptedReport, ReportRequest, VtnState } from '../state.ts'
import { writeUpdatedReport } from '../write/report.ts'
import { accepted } from '../write/response.ts'
import { child, children, type Parsed, text } from '../xml.ts'

type Interval = AcceptedReport['intervals'][number]
type Fault = (problem: string) => void

export const onUpdateReport = (state: VtnState, body: Parsed, nowMs: number): string => {
  const venID = text(body, 'venID')
  const faults: string[] = []
  const reports = children(body, 'oadrReport').map((report) => readReport(state, report, venID, nowMs, (problem) => faults.push(problem)))
  const requestID = text(body, 'requestID')
  if (faults.length > 0) {
    state.refusals.push(...faults)
    return writeUpdatedReport(requestID, { code: '461', description: faults.join('; ') }, [], venID)
  }
  state.reports.push(...reports)
  return writeUpdatedReport(requestID, accepted, endRequests(state, reports), venID)
}

/** Ends the requests whose last report this was; returns those that the VTN cancels now. */
const endRequests = (state: VtnState, reports: readonly AcceptedReport[]): string[] => {
  const requests = reports.flatMap((report) => state.requests.get(report.reportRequestID) ?? [])
  const cancelled = requests.filter((request) => request.cancelWithUpdate)
  for (const request of requests) {
    if (request.cancelWithUpdate || request.status === 'final' || request.reportBackDurationS === 0) request.status = 'cancelled'
    request.cancelWithUpdate = false
  }
  return cancelled.map((request) => request.reportRequestID)
}

const readReport = (state: VtnState, report: Parsed, venID: string, nowMs: number, fault: Fault): AcceptedReport => {
  const reportRequestID = text(report, 'reportRequestID')
  const request = state.requests.get(reportRequestID)
  if (request === undefined || request.venID !== venID) fault(`reportRequestID ${reportRequestID} was not asked of VEN ${venID}`)
  else if (request.status === 'cancelled') fault(`report request ${reportRequestID} has ended`)
  if (request !== undefined && request.reportSpecifierID !== text(report, 'reportSpecifierID')) {
    fault(`reportSpecifierID ${text(report, 'reportSpecifierID')} is not that of request ${reportRequestID}`)
  }
  const intervals = children(child(report, 'intervals'), 'interval').map((interval) => readInterval(interval, request, fault))
  if (intervals.length === 0) fault(`report for request ${reportRequestID} has no interval`)
  return {
    venID,
    reportRequestID,
    reportSpecifierID: text(report, 'reportSpecifierID'),
    reportName: text(report, 'reportName'),
    createdDateTimeMs: readTime(text(report, 'createdDateTime'), fault),
    receivedAtMs: nowMs,
    intervals,
  }
}

const readInterval = (interval: Parsed, request: ReportRequest | undefined, fault: Fault): Interval => {
  const duration = text(child(interval, 'duration'), 'duration')
  return {
    startMs: readTime(text(child(interval, 'dtstart'), 'date-time'), fault),
    durationS: duration === '' ? undefined : readDuration(duration, fault),
    values: children(interval, 'oadrReportPayload').map((payload) => readPayload(payload, request, fault)),
  }
}

const readPayload = (payload: Parsed, request: ReportRequest | undefined, fault: Fault): Interval['values'][number] => {
  const rID = text(payload, 'rID')
  if (request !== undefined && !request.rIDs.includes(rID)) fault(`rID ${rID} was not asked for in request ${request.reportRequestID}`)
  const dataQuality = text(payload, 'oadrDataQuality')
  const status = child(payload, 'oadrPayloadResourceStatus')
  if ('oadrOnline' in status) {
    return {
      rID,
      online: text(status, 'oadrOnline') === 'true',
      manualOverride: text(status, 'oadrManualOverride') === 'true',
      dataQuality,
    }
  }
  const value = text(child(payload, 'payloadFloat'), 'value')
  if (value === '' || !Number.isFinite(Number(value))) fault(`value '${value}' of rID ${rID} is not a number`)
  return { rID, value: Number(value), dataQuality }
}

const readTime = (value: string, fault: Fault): number => {
  const atMs = value.endsWith('Z') ? Date.parse(value) : Number.NaN
  if (Number.isNaN(atMs)) fault(`'${value}' is not a UTC date-time`)
  return atMs
}

const readDuration = (value: string, fault: Fault): number => {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value)
  if (match === null) fault(`'${value}' is not a duration`)
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (match ?? []).slice(1).map((digits) => Number(digits ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}
