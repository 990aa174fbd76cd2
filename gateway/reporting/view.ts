/** What the reporter knows of the log: who asked for what, which reports were made, events, and programs; folded in place. */
import { asOrdered } from '../../processors/broadcaster/ordered.ts'
import type { Program } from '../../schemas/programs.ts'
import type { ReportAsked, SessionFact, UtilityEvent, UtilityReport } from '../../schemas/utility.ts'

export interface OpenReport extends ReportAsked {
  readonly vtnId: string
  /** True: one last report, then no more. */
  readonly ending: boolean
}

export interface ReporterView {
  readonly requests: Map<string, OpenReport>
  /** Ids of all reports ever made. */
  readonly made: Set<string>
  /** End of the last period reported on, by request, epoch ms UTC. */
  readonly coveredMs: Map<string, number>
  /** Newest record of each event in force or past. */
  readonly events: Map<string, UtilityEvent>
  readonly programs: Map<string, Program>
}

export const createView = (): ReporterView => ({
  requests: new Map(),
  made: new Set(),
  coveredMs: new Map(),
  events: new Map(),
  programs: new Map(),
})

/** Report requests of different VTNs may bear the same id. */
export const requestKey = (request: { readonly vtnId: string; readonly reportRequestId: string }): string =>
  `${request.vtnId}\u0000${request.reportRequestId}`

export function learnFact(view: ReporterView, { vtnId, kind, report }: SessionFact): void {
  if (!report) return
  const key = requestKey({ vtnId, reportRequestId: report.reportRequestId })
  if (kind === 'reportEnded') view.requests.delete(key)
  else view.requests.set(key, { ...report, vtnId, ending: kind === 'reportEnding' })
}

export function learnReport(view: ReporterView, report: UtilityReport): void {
  view.made.add(report.reportId)
  if (report.eventId !== null) return
  const endMs = report.startMs + (report.points[0]?.values.length ?? 0) * report.stepS * 1000
  const key = requestKey(report)
  view.coveredMs.set(key, Math.max(endMs, view.coveredMs.get(key) ?? 0))
}

/** Nothing is reported of events that we did not opt in to; while an operator has still to answer a change, what was agreed to counts. */
export function learnEvent(view: ReporterView, event: UtilityEvent): void {
  const ordered = asOrdered(event)
  if (ordered) view.events.set(event.eventId, ordered.opt === 'optIn' ? ordered : { ...ordered, kind: 'cancelled' })
}

export function learnProgram(view: ReporterView, program: Program): void {
  view.programs.set(program.programId, program)
}
