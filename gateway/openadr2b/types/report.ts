/** EiReport messages: offering, requesting and cancelling reports (oadr_20b.xsd, oadr_ei_20b.xsd). */

import type { ItemBase } from './item-base.ts'
import type { EiResponse } from './response.ts'
import type { EiTarget } from './target.ts'

type ReportKind = 'HISTORY_USAGE' | 'HISTORY_GREENBUTTON' | 'TELEMETRY_USAGE' | 'TELEMETRY_STATUS'
export type ReportName = ReportKind | `METADATA_${ReportKind}` | `x-${string}`

/** What is measured at one rID, and how. */
export type ReportDescription = {
  rID: string
  reportSubject?: EiTarget | undefined
  reportDataSource?: EiTarget | undefined
  /** usage, demand, reading, x-resourceStatus … */
  reportType: string
  itemBase?: ItemBase | undefined
  /** Direct Read, Net, Estimated, x-notApplicable … */
  readingType: string
  marketContext?: string | undefined
  samplingRate?: { minPeriodS: number; maxPeriodS: number; onChange: boolean } | undefined
}

/** A report that a party offers: METADATA only, no values. */
export type OfferedReport = {
  reportName?: ReportName | undefined
  reportSpecifierID: string
  /** `0` in a first offer. */
  reportRequestID: string
  createdDateTimeMs: number
  /** How much data the party keeps. */
  durationS?: number | undefined
  descriptions: readonly ReportDescription[]
}

export type OadrReportRequest = {
  reportRequestID: string
  /** `METADATA` asks for the offers again. */
  reportSpecifierID: string
  /** Recording step; 0 = whatever is available. */
  granularityS: number
  /** Time between reports; 0 = one report. */
  reportBackDurationS: number
  /** Period that the reports cover; duration 0 = open-ended. */
  reportInterval?: { startMs: number; durationS: number } | undefined
  specifierPayloads: readonly { rID: string; readingType: string; itemBase?: ItemBase | undefined }[]
}

export type OadrRegisterReport = {
  type: 'oadrRegisterReport'
  requestID: string
  reports: readonly OfferedReport[]
  venID?: string | undefined
  /** Of the METADATA request that is answered. */
  reportRequestID?: string | undefined
}

export type OadrRegisteredReport = {
  type: 'oadrRegisteredReport'
  eiResponse: EiResponse
  reportRequests: readonly OadrReportRequest[]
  venID?: string | undefined
}

export type OadrCreateReport = {
  type: 'oadrCreateReport'
  requestID: string
  reportRequests: readonly OadrReportRequest[]
  venID?: string | undefined
}

export type CancelReport = {
  requestID: string
  reportRequestIDs: readonly string[]
  /** True: send one last report. */
  reportToFollow: boolean
  venID?: string | undefined
}

export type OadrCancelReport = CancelReport & { type: 'oadrCancelReport' }

export type OadrUpdatedReport = {
  type: 'oadrUpdatedReport'
  eiResponse: EiResponse
  cancelReport?: CancelReport | undefined
  venID?: string | undefined
}

type PendingReports = { eiResponse: EiResponse; pendingReportRequestIDs: readonly string[]; venID?: string | undefined }
export type OadrCreatedReport = PendingReports & { type: 'oadrCreatedReport' }
export type OadrCanceledReport = PendingReports & { type: 'oadrCanceledReport' }
