/** Writes the VTN's EiReport messages: its requests, cancellations, answers and its own offer. */

import type { ReportRequest } from '../state.ts'
import { type Body, document, dtstart, durationProp, isoDuration, isoTime } from '../xml.ts'
import { eiResponse, type Outcome } from './response.ts'
import { writeTargets, writeUnit } from './units.ts'

export const writeRegisteredReport = (requestID: string, outcome: Outcome, requests: readonly ReportRequest[], venID: string): string =>
  document('oadrRegisteredReport', {
    'e:eiResponse': eiResponse(requestID, outcome),
    'o:oadrReportRequest': requests.map(reportRequest),
    'e:venID': venID,
  })

export const writeCreateReport = (requestID: string, requests: readonly ReportRequest[], venID: string): string =>
  document('oadrCreateReport', { 'p:requestID': requestID, 'o:oadrReportRequest': requests.map(reportRequest), 'e:venID': venID })

const cancelReport = (requestID: string, ids: readonly string[], reportToFollow: boolean, venID: string): Body => ({
  'p:requestID': requestID,
  'e:reportRequestID': ids,
  'p:reportToFollow': reportToFollow,
  'e:venID': venID,
})

export const writeCancelReport = (...cancel: Parameters<typeof cancelReport>): string =>
  document('oadrCancelReport', cancelReport(...cancel))

/** `cancelled` lists report requests that the VTN ends in the same breath. */
export const writeUpdatedReport = (requestID: string, outcome: Outcome, cancelled: readonly string[], venID: string): string =>
  document('oadrUpdatedReport', {
    'e:eiResponse': eiResponse(requestID, outcome),
    'o:oadrCancelReport': cancelled.length === 0 ? undefined : cancelReport(requestID, cancelled, false, venID),
    'e:venID': venID,
  })

/** A report that the VTN itself offers: the price of energy, every quarter of an hour. */
export const writeOffer = (requestID: string, reportSpecifierID: string, nowMs: number, venID: string): string =>
  document('oadrRegisterReport', {
    'p:requestID': requestID,
    'o:oadrReport': {
      'c:duration': durationProp(86_400),
      'o:oadrReportDescription': {
        'e:rID': 'price',
        'e:reportSubject': writeTargets([{ kind: 'venID', id: venID }]),
        'e:reportType': 'price',
        ...writeUnit({ name: 'currencyPerKWh', itemDescription: 'currencyPerKWh', itemUnits: 'USD', siScaleCode: 'none' }),
        'e:readingType': 'x-notApplicable',
        'm:marketContext': 'http://market.example/prices',
        'o:oadrSamplingRate': { 'o:oadrMinPeriod': isoDuration(900), 'o:oadrMaxPeriod': isoDuration(900), 'o:oadrOnChange': false },
      },
      'e:reportRequestID': '0',
      'e:reportSpecifierID': reportSpecifierID,
      'e:reportName': 'METADATA_HISTORY_USAGE',
      'e:createdDateTime': isoTime(nowMs),
    },
    'e:venID': venID,
  })

const reportRequest = (request: ReportRequest): Body => ({
  'e:reportRequestID': request.reportRequestID,
  'e:reportSpecifier': {
    'e:reportSpecifierID': request.reportSpecifierID,
    'c:granularity': durationProp(request.granularityS),
    'e:reportBackDuration': durationProp(request.reportBackDurationS),
    'e:reportInterval': request.reportInterval && {
      'c:properties': {
        'c:dtstart': dtstart(request.reportInterval.startMs),
        'c:duration': durationProp(request.reportInterval.durationS),
      },
    },
    'e:specifierPayload': request.rIDs.map((rID) => ({ 'e:rID': rID, 'e:readingType': 'x-notApplicable' })),
  },
})
