/** Rows of what utilities asked for and what was reported back. */
import { utilityEvents, utilityReports } from '../../../topics/catalogue.ts'
import { flag, int32, int64, list, nullable, text } from './cells.ts'
import { rowsOf } from './declare.ts'

export const utilityEventRows = rowsOf(utilityEvents, 'utility_event_rows', (column) => ({
  event_id: column(text, (event) => event.eventId),
  revision: column(int32, (event) => event.revision),
  kind: column(text, (event) => event.kind),
  refusal: column(nullable(text), (event) => event.refusal),
  program_id: column(text, (event) => event.programId),
  vtn_id: column(text, (event) => event.vtnId),
  their_event_id: column(text, (event) => event.theirEventId),
  modification_number: column(int32, (event) => event.modificationNumber),
  start_at: column(int64, (event) => event.startMs),
  end_at: column(int64, (event) => event.endMs),
  open_ended: column(flag, (event) => event.openEnded),
  interval_starts: column(list(int64), (event) => event.intervals.map(({ startMs }) => startMs)),
  interval_ends: column(list(int64), (event) => event.intervals.map(({ endMs }) => endMs)),
  interval_levels: column(list(text), (event) => event.intervals.map(({ level }) => level)),
  interval_values_w: column(list(nullable(int64)), (event) => event.intervals.map(({ valueW }) => valueW)),
  target_kinds: column(list(text), (event) => event.targets.map(({ kind }) => kind)),
  target_ids: column(list(list(text)), (event) => event.targets.map(({ ids }) => ids)),
  test: column(text, (event) => event.test),
  rank: column(int32, (event) => event.rank),
  target_w: column(nullable(int64), (event) => event.targetW),
  received_at: column(int64, (event) => event.receivedMs),
  signal_topic: column(text, (event) => event.signal?.topic ?? ''),
  signal_partition: column(int32, (event) => event.signal?.partition ?? -1),
  signal_offset: column(int64, (event) => event.signal?.offset ?? -1),
  opt: column(text, (event) => event.opt ?? ''),
  opt_cause: column(text, (event) => event.optCause ?? ''),
  opt_detail: column(text, (event) => event.optDetail),
}))

export const reportRows = rowsOf(utilityReports, 'report_rows', (column) => ({
  vtn_id: column(text, (report) => report.vtnId),
  report_id: column(text, (report) => report.reportId),
  attempt: column(int32, (report) => report.attempt),
  report_request_id: column(text, (report) => report.reportRequestId),
  report_specifier_id: column(text, (report) => report.reportSpecifierId),
  report_name: column(text, (report) => report.reportName),
  event_id: column(nullable(text), (report) => report.eventId),
  start_at: column(int64, (report) => report.startMs),
  step_s: column(int32, (report) => report.stepS),
  point_ids: column(list(text), (report) => report.points.map(({ rId }) => rId)),
  point_values: column(list(list(int64)), (report) => report.points.map(({ values }) => values)),
  status: column(text, (report) => report.status),
  detail: column(text, (report) => report.detail),
}))
