/** Turns a report on the log into the form of oadrUpdateReport. */
import type { Quality } from '../../../schemas/common.ts'
import type { UtilityReport } from '../../../schemas/utility.ts'
import { statusParts, statusRId } from '../../reporting/data-points.ts'
import type { ReportName } from '../types/report.ts'
import type { DataQuality, ReportInterval, StatusPayload, UpdatedReport, UsagePayload } from '../types/report-update.ts'

/** oadr_20b.xsd, oadrDataQualityType. */
const qualities: Readonly<Record<Quality, DataQuality>> = {
  measured: 'Quality Good - Non Specific',
  edited: 'Quality Good - Non Specific',
  estimated: 'Quality Uncertain - Non Specific',
  modelled: 'Quality Uncertain - Non Specific',
  missing: 'No Quality - No Value',
}

type Points = UtilityReport['points']

function usagePayloads(points: Points, step: number): readonly UsagePayload[] {
  return points.map(({ rId, values, qualities: known }) => ({
    kind: 'usage',
    rID: rId,
    value: values[step] ?? 0,
    dataQuality: qualities[known[step] ?? 'missing'],
  }))
}

const suffix = statusRId('', statusParts[0])

/**
 * One status for a program or a resource: online while at least half of its devices can be reached, overridden when more than half have opted out,
 * and its capacity the share of its load that the events in force leave it (oadr_20b.xsd, oadrLoadControlStateType).
 */
function statusPayloads(points: Points, step: number): readonly StatusPayload[] {
  const countOf = (rId: string): number => points.find((point) => point.rId === rId)?.values[step] ?? 0
  const rIds = points.filter(({ rId }) => rId.endsWith(suffix)).map(({ rId }) => rId.slice(0, -suffix.length))
  return rIds.map((rID) => {
    const [devices = 0, online = 0, optedOut = 0, limitPermille = 0] = statusParts.map((part) => countOf(statusRId(rID, part)))
    return {
      kind: 'status',
      rID,
      online: devices > 0 && online * 2 >= devices,
      manualOverride: optedOut * 2 > devices,
      loadControlState: { capacity: { min: 0, max: 1, current: limitPermille / 1000, normal: 1 } },
      dataQuality: devices > 0 ? qualities.measured : qualities.missing,
    }
  })
}

/** Values are Wh, as energyReal without a scale was offered; intervals in which every point is missing are kept, so that a gap shows. */
export function writeReport(report: UtilityReport, createdDateTimeMs: number): UpdatedReport {
  const steps = report.points[0]?.values.length ?? 0
  const payloadsOf = report.reportName === 'TELEMETRY_STATUS' ? statusPayloads : usagePayloads
  const intervals = Array.from({ length: steps }, (_, step): ReportInterval => {
    const startMs = report.startMs + step * report.stepS * 1000
    return { startMs, durationS: report.stepS, uid: String(step), payloads: payloadsOf(report.points, step) }
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
