/** oadrUpdateReport: the values that a VEN reports (oadr_20b.xsd, oadrReportType and oadrReportPayloadType). */

import type { ReportName } from './report.ts'

/** oadr_20b.xsd, oadrDataQualityType. */
export type DataQuality =
  | 'No Quality - No Value'
  | 'No New Value - Previous Value Used'
  | `Quality Bad - ${'Non Specific' | 'Configuration Error' | 'Not Connected' | 'Device Failure' | 'Sensor Failure' | 'Last Known Value' | 'Comm Failure' | 'Out of Service'}`
  | `Quality Uncertain - ${'Non Specific' | 'Last Usable Value' | 'Sensor Not Accurate' | 'EU Units Exceeded' | 'Sub Normal'}`
  | `Quality Good - ${'Non Specific' | 'Local Override'}`
  | `Quality Limit - Field/${'Not' | 'Low' | 'High' | 'Constant'}`
  | `x-${string}`

/** One value at one rID, in the unit that the offer of that rID declared. */
export type UsagePayload = {
  kind: 'usage'
  rID: string
  value: number
  /** Percent, 0 to 100. */
  confidence?: number | undefined
  accuracy?: number | undefined
  dataQuality?: DataQuality | undefined
}

export type ControlState = { current: number; min?: number | undefined; max?: number | undefined; normal?: number | undefined }

/** The state of the resource at one rID, for TELEMETRY_STATUS. */
export type StatusPayload = {
  kind: 'status'
  rID: string
  online: boolean
  manualOverride: boolean
  loadControlState?:
    | {
        capacity?: ControlState | undefined
        levelOffset?: ControlState | undefined
        percentOffset?: ControlState | undefined
        setPoint?: ControlState | undefined
      }
    | undefined
  dataQuality?: DataQuality | undefined
}

export type ReportInterval = {
  startMs: number
  durationS?: number | undefined
  uid?: string | undefined
  /** At least one. */
  payloads: readonly (UsagePayload | StatusPayload)[]
}

export type UpdatedReport = {
  reportName: ReportName
  eiReportID?: string | undefined
  reportRequestID: string
  reportSpecifierID: string
  createdDateTimeMs: number
  /** Start and length of what the intervals cover. */
  startMs?: number | undefined
  durationS?: number | undefined
  /** At least one. */
  intervals: readonly ReportInterval[]
}

export type OadrUpdateReport = {
  type: 'oadrUpdateReport'
  requestID: string
  reports: readonly UpdatedReport[]
  venID?: string | undefined
}
