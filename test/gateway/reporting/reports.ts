/** Report requests as VTNs settle them, to be changed where a test needs it. */
import type { ReportAsked, SessionFact } from '../../../schemas/utility.ts'

export const QUARTER_MS = 900_000
export const NOON_MS = Date.UTC(2026, 6, 15, 12)

export const anAsked = (changes: Partial<ReportAsked> = {}): ReportAsked => ({
  reportRequestId: 'request-1',
  reportSpecifierId: 'telemetry-usage',
  rIds: ['summer-shed/usage'],
  granularityS: 0,
  reportBackS: 900,
  fromMs: NOON_MS,
  untilMs: null,
  ...changes,
})

export const aReportFact = (kind: SessionFact['kind'], report: ReportAsked = anAsked()): SessionFact => ({
  vtnId: 'vtn-1',
  kind,
  atMs: report.fromMs,
  signal: null,
  registration: null,
  answer: null,
  report,
})
