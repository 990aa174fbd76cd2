/** Writes the EiReport messages of a VEN, but for the values themselves. */

import type {
  OadrCanceledReport,
  OadrCreatedReport,
  OadrRegisteredReport,
  OadrRegisterReport,
  OfferedReport,
  ReportDescription,
} from '../types/report.ts'
import { type Children, dateTime, duration, durationProp, element, optional, value, type Xml } from '../xml/write.ts'
import { itemBase } from './item-base.ts'
import { reportRequest } from './report-request.ts'
import { eiResponse } from './response.ts'
import { eiTarget } from './target.ts'

export const oadrRegisterReport = (message: OadrRegisterReport): Children[] => [
  value('pyld:requestID', message.requestID),
  message.reports.map(offeredReport),
  optional('ei:venID', message.venID),
  optional('ei:reportRequestID', message.reportRequestID),
]

export const oadrRegisteredReport = (message: OadrRegisteredReport): Children[] => [
  eiResponse(message.eiResponse),
  message.reportRequests.map(reportRequest),
  optional('ei:venID', message.venID),
]

/** oadrCreatedReport and oadrCanceledReport have the same content. */
export const pendingReports = (message: OadrCreatedReport | OadrCanceledReport): Children[] => [
  eiResponse(message.eiResponse),
  element('oadr:oadrPendingReports', ...message.pendingReportRequestIDs.map((id) => value('ei:reportRequestID', id))),
  optional('ei:venID', message.venID),
]

const offeredReport = (report: OfferedReport): Xml =>
  element(
    'oadr:oadrReport',
    report.durationS === undefined ? undefined : durationProp('xcal:duration', report.durationS),
    report.descriptions.map(reportDescription),
    value('ei:reportRequestID', report.reportRequestID),
    value('ei:reportSpecifierID', report.reportSpecifierID),
    optional('ei:reportName', report.reportName),
    dateTime('ei:createdDateTime', report.createdDateTimeMs),
  )

const reportDescription = (description: ReportDescription): Xml =>
  element(
    'oadr:oadrReportDescription',
    value('ei:rID', description.rID),
    description.reportSubject && eiTarget('ei:reportSubject', description.reportSubject),
    description.reportDataSource && eiTarget('ei:reportDataSource', description.reportDataSource),
    value('ei:reportType', description.reportType),
    description.itemBase && itemBase(description.itemBase),
    value('ei:readingType', description.readingType),
    optional('emix:marketContext', description.marketContext),
    description.samplingRate && samplingRate(description.samplingRate),
  )

const samplingRate = (rate: NonNullable<ReportDescription['samplingRate']>): Xml =>
  element(
    'oadr:oadrSamplingRate',
    duration('oadr:oadrMinPeriod', rate.minPeriodS),
    duration('oadr:oadrMaxPeriod', rate.maxPeriodS),
    value('oadr:oadrOnChange', rate.onChange),
  )
