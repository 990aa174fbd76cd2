/** Turns a report on the log into the form of oadrUpdateReport. */
import type { Quality } from '../../../schemas/common.ts'
import type { UtilityReport } from '../../../schemas/utility.ts'
import type { ReportName } from '../types/report.ts'
import type { DataQuality, ReportInterval, UpdatedReport, UsagePayload } from '../types/report-update.ts'

/** oadr_20b.xsd, oadrDataQualityType. */
const qualities: Readonly<Record<Quality, DataQuality>> = {
  measured: 'Quality Good - Non Specific',
  edited: 'Quality Good - Non Specific',
  estimated: 'Quality Uncertain - Non Specific',
  modelled: 'Quality Uncertain - Non Specific',
  missing: 'No Quality - No Value',
}

/** Values are Wh, as energyReal without a scale was offered; intervals in which every point is missing are kept, so that a gap shows. */
export function writeReport(report: UtilityReport, createdDateTimeMs: number): UpdatedReport {
  const steps = report.points[0]?.values.length ?? 0
  const intervals = Array.from({ length: steps }, (_, step): ReportInterval => {
    const payloads = report.points.map(
      ({ rId, values, qualities: known }): UsagePayload => ({
        kind: 'usage',
        rID: rId,
        value: values[step] ?? 0,
        dataQuality: qualities[known[step] ?? 'missing'],
      }),
    )
    return { startMs: report.startMs + step * report.stepS * 1000, durationS: report.stepS, uid: String(step), payloads }
  })
  return {
    reportName: report.reportName as ReportName,
    eiReportID: report.reportId,
    reportRequestID: report.reportRequestId,
    reportSpecifierID: report.reportSpecifierId,
    createdDateTimeMs,
    startMs: report.startMs,
    durationS: steps * report.stepS,
    intervals,
  }
}
