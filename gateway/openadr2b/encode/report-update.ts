/** Writes oadrUpdateReport: intervals of measured values or of resource status. */

import type { ControlState, OadrUpdateReport, ReportInterval, StatusPayload, UpdatedReport, UsagePayload } from '../types/report-update.ts'
import type { QName } from '../xml/namespaces.ts'
import { type Children, dateTime, dtstart, durationProp, element, optional, value, type Xml } from '../xml/write.ts'

export const oadrUpdateReport = (message: OadrUpdateReport): Children[] => [
  value('pyld:requestID', message.requestID),
  message.reports.map(updatedReport),
  optional('ei:venID', message.venID),
]

const updatedReport = (report: UpdatedReport): Xml =>
  element(
    'oadr:oadrReport',
    report.startMs === undefined ? undefined : dtstart(report.startMs),
    report.durationS === undefined ? undefined : durationProp('xcal:duration', report.durationS),
    element('strm:intervals', ...report.intervals.map(interval)),
    optional('ei:eiReportID', report.eiReportID),
    value('ei:reportRequestID', report.reportRequestID),
    value('ei:reportSpecifierID', report.reportSpecifierID),
    value('ei:reportName', report.reportName),
    dateTime('ei:createdDateTime', report.createdDateTimeMs),
  )

const interval = (part: ReportInterval): Xml =>
  element(
    'ei:interval',
    dtstart(part.startMs),
    part.durationS === undefined ? undefined : durationProp('xcal:duration', part.durationS),
    part.uid === undefined ? undefined : element('xcal:uid', value('xcal:text', part.uid)),
    part.payloads.map((payload) => (payload.kind === 'usage' ? usage(payload) : status(payload))),
  )

const usage = (payload: UsagePayload): Xml =>
  element(
    'oadr:oadrReportPayload',
    value('ei:rID', payload.rID),
    optional('ei:confidence', payload.confidence),
    optional('ei:accuracy', payload.accuracy),
    element('ei:payloadFloat', value('ei:value', payload.value)),
    optional('oadr:oadrDataQuality', payload.dataQuality),
  )

const status = (payload: StatusPayload): Xml =>
  element(
    'oadr:oadrReportPayload',
    value('ei:rID', payload.rID),
    element(
      'oadr:oadrPayloadResourceStatus',
      value('oadr:oadrOnline', payload.online),
      value('oadr:oadrManualOverride', payload.manualOverride),
      payload.loadControlState && loadControlState(payload.loadControlState),
    ),
    optional('oadr:oadrDataQuality', payload.dataQuality),
  )

const loadControlState = (state: NonNullable<StatusPayload['loadControlState']>): Xml =>
  element(
    'oadr:oadrLoadControlState',
    controlState('oadr:oadrCapacity', state.capacity),
    controlState('oadr:oadrLevelOffset', state.levelOffset),
    controlState('oadr:oadrPercentOffset', state.percentOffset),
    controlState('oadr:oadrSetPoint', state.setPoint),
  )

const controlState = (name: QName, state: ControlState | undefined): Xml | undefined =>
  state &&
  element(
    name,
    optional('oadr:oadrMin', state.min),
    optional('oadr:oadrMax', state.max),
    value('oadr:oadrCurrent', state.current),
    optional('oadr:oadrNormal', state.normal),
  )
