/** Writes oadrReportRequest, for a VEN that asks for what the VTN offered in turn. */

import type { OadrReportRequest } from '../types/report.ts'
import { dtstart, durationProp, element, value, type Xml } from '../xml/write.ts'
import { itemBase } from './item-base.ts'

export const reportRequest = (request: OadrReportRequest): Xml =>
  element(
    'oadr:oadrReportRequest',
    value('ei:reportRequestID', request.reportRequestID),
    element(
      'ei:reportSpecifier',
      value('ei:reportSpecifierID', request.reportSpecifierID),
      durationProp('xcal:granularity', request.granularityS),
      durationProp('ei:reportBackDuration', request.reportBackDurationS),
      request.reportInterval && reportInterval(request.reportInterval),
      request.specifierPayloads.map(specifierPayload),
    ),
  )

const reportInterval = (period: { startMs: number; durationS: number }): Xml =>
  element('ei:reportInterval', element('xcal:properties', dtstart(period.startMs), durationProp('xcal:duration', period.durationS)))

const specifierPayload = (payload: OadrReportRequest['specifierPayloads'][number]): Xml =>
  element(
    'ei:specifierPayload',
    value('ei:rID', payload.rID),
    payload.itemBase && itemBase(payload.itemBase),
    value('ei:readingType', payload.readingType),
  )
