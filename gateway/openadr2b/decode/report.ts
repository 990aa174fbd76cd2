/** Reads the EiReport messages of a VTN: its answers, its requests and cancellations, and its own offers of reports. */

import type {
  CancelReport,
  OadrCancelReport,
  OadrCreateReport,
  OadrRegisteredReport,
  OadrRegisterReport,
  OadrUpdatedReport,
  OfferedReport,
  ReportDescription,
  ReportName,
} from '../types/report.ts'
import type { Element } from '../xml/parse.ts'
import { boolean, dateTimeMs, durationPropS, durationS, id, idIfAny, many, maybe, one, some, text, token } from '../xml/read.ts'
import { itemBaseIn } from './item-base.ts'
import { reportRequest } from './report-request.ts'
import { eiResponse } from './response.ts'
import { eiTarget } from './target.ts'

export const oadrRegisteredReport = (element: Element): OadrRegisteredReport => ({
  type: 'oadrRegisteredReport',
  eiResponse: one(element, 'eiResponse', eiResponse),
  reportRequests: many(element, 'oadrReportRequest', reportRequest),
  venID: maybe(element, 'venID', idIfAny),
})

export const oadrCreateReport = (element: Element): OadrCreateReport => ({
  type: 'oadrCreateReport',
  requestID: one(element, 'requestID', text),
  reportRequests: some(element, 'oadrReportRequest', reportRequest),
  venID: maybe(element, 'venID', idIfAny),
})

export const oadrCancelReport = (element: Element): OadrCancelReport => ({ type: 'oadrCancelReport', ...cancelReport(element) })

export const oadrUpdatedReport = (element: Element): OadrUpdatedReport => ({
  type: 'oadrUpdatedReport',
  eiResponse: one(element, 'eiResponse', eiResponse),
  cancelReport: maybe(element, 'oadrCancelReport', cancelReport),
  venID: maybe(element, 'venID', idIfAny),
})

export const oadrRegisterReport = (element: Element): OadrRegisterReport => ({
  type: 'oadrRegisterReport',
  requestID: one(element, 'requestID', text),
  reports: many(element, 'oadrReport', offeredReport),
  venID: maybe(element, 'venID', idIfAny),
  reportRequestID: maybe(element, 'reportRequestID', idIfAny),
})

const cancelReport = (element: Element): CancelReport => ({
  requestID: one(element, 'requestID', text),
  reportRequestIDs: some(element, 'reportRequestID', id),
  reportToFollow: one(element, 'reportToFollow', boolean),
  venID: maybe(element, 'venID', idIfAny),
})

const offeredReport = (element: Element): OfferedReport => ({
  // The schema lets any x- name stand here, so the list is not closed.
  reportName: maybe(element, 'reportName', token) as ReportName | undefined,
  reportSpecifierID: one(element, 'reportSpecifierID', id),
  reportRequestID: one(element, 'reportRequestID', text),
  createdDateTimeMs: one(element, 'createdDateTime', dateTimeMs),
  durationS: maybe(element, 'duration', durationPropS),
  descriptions: many(element, 'oadrReportDescription', reportDescription),
})

const reportDescription = (element: Element): ReportDescription => ({
  rID: one(element, 'rID', id),
  reportSubject: maybe(element, 'reportSubject', eiTarget),
  reportDataSource: maybe(element, 'reportDataSource', eiTarget),
  reportType: one(element, 'reportType', token),
  itemBase: itemBaseIn(element),
  readingType: one(element, 'readingType', token),
  marketContext: maybe(element, 'marketContext', token),
  samplingRate: maybe(element, 'oadrSamplingRate', samplingRate),
})

const samplingRate = (element: Element): NonNullable<ReportDescription['samplingRate']> => ({
  minPeriodS: one(element, 'oadrMinPeriod', durationS),
  maxPeriodS: one(element, 'oadrMaxPeriod', durationS),
  onChange: one(element, 'oadrOnChange', boolean),
})
