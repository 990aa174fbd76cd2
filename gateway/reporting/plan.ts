/** Decides which reports are due: pure, from what was asked, what was reported, and the time. */
import { termsAt } from '../../processors/terms/terms-at.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { type DataPoint, dataPointOf, type ReportKind, reportKindOf } from './data-points.ts'
import { lineAfter, lineBefore, statusStepOf, stepOf } from './grid.ts'
import { type OpenReport, type ReporterView, requestKey } from './view.ts'

export interface Asked {
  readonly rId: string
  readonly point: DataPoint
  /** Terms of its program. */
  readonly terms: ProgramTerms
}

/** A request with what it takes to answer it. */
export interface Answerable {
  readonly request: OpenReport
  readonly kind: ReportKind
  readonly asked: readonly Asked[]
  readonly stepS: number
}

export type Job = Answerable & {
  /** Distinguishes reports of one request; equal for the same report, also after a restart. */
  readonly key: string
} & (
    | { readonly what: 'period'; readonly fromMs: number; readonly toMs: number; readonly evenIfEmpty: boolean }
    | { readonly what: 'event'; readonly event: UtilityEvent }
  )

/** undefined: none of the programs is known. */
export function answerable(view: ReporterView, request: OpenReport, nowMs: number): Answerable | undefined {
  const kind = reportKindOf(request.reportSpecifierId)
  if (!kind) return undefined
  const asked = request.rIds.flatMap((rId): Asked[] => {
    const point = dataPointOf(kind, rId)
    const program = point && view.programs.get(point.programId)
    const terms = program && termsAt(program, nowMs)
    return point && terms ? [{ rId, point, terms }] : []
  })
  if (asked.length === 0) return undefined
  const stepsS = asked.map(({ terms }) => terms.stepS)
  const { granularityS, reportBackS } = request
  return { request, kind, asked, stepS: isStatus(kind) ? statusStepOf(granularityS, reportBackS) : stepOf(granularityS, stepsS) }
}

/** What devices are, other than what they used, does not wait for late values. */
const isStatus = ({ reportName }: ReportKind): boolean => reportName === 'TELEMETRY_STATUS'

export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** When intervals that end at `endMs` are closed and loaded, epoch ms UTC. */
export function readyMs({ asked, kind }: Answerable, endMs: number, marginMs: number): number {
  const graceS = isStatus(kind) ? 0 : Math.max(...asked.map(({ terms }) => terms.graceS))
  return endMs + graceS * 1000 + marginMs
}

const gridOf = ({ asked, stepS }: Answerable) => ({ stepS, zone: asked[0]?.terms.zone ?? 'UTC' })

/** The one period of a request for one report: as asked, else what there is before the request. */
function wholePeriod(able: Answerable): Period {
  const { request, kind } = able
  const grid = gridOf(able)
  if (request.untilMs !== null) return { fromMs: lineBefore(grid, request.fromMs), toMs: lineAfter(grid, request.untilMs) }
  const toMs = lineBefore(grid, request.fromMs)
  const lengthMs = kind.reportName === 'HISTORY_USAGE' ? kind.keptS * 1000 : able.stepS * 1000
  return { fromMs: lineBefore(grid, toMs - lengthMs), toMs }
}

/**
 * Periods of a repeated request that have ended and were not reported on:
 *
 *     request fromMs ┬─ reportBackS ─┬─ reportBackS ─┬─ … untilMs
 *
 * They start on the line of the clock before `fromMs`; what is older than the report keeps is left out.
 */
function endedPeriods(able: Answerable, coveredMs: number, nowMs: number): readonly Period[] {
  const { request, kind, stepS } = able
  const backMs = Math.ceil(request.reportBackS / stepS) * stepS * 1000
  const originMs = lineBefore(gridOf(able), request.fromMs)
  const untilMs = request.untilMs === null ? nowMs : Math.min(nowMs, lineAfter(gridOf(able), request.untilMs))
  const oldestMs = Math.max(coveredMs, nowMs - kind.keptS * 1000, originMs)
  const periods: Period[] = []
  for (let fromMs = originMs + Math.ceil((oldestMs - originMs) / backMs) * backMs; fromMs + backMs <= untilMs; fromMs += backMs)
    periods.push({ fromMs, toMs: fromMs + backMs })
  return periods
}

/** The one report that follows a cancellation: from the last report to now. */
function lastPeriod(able: Answerable, coveredMs: number, nowMs: number): Period {
  const grid = gridOf(able)
  const toMs = lineBefore(grid, nowMs)
  const backMs = Math.max(able.stepS, able.request.reportBackS) * 1000
  return { fromMs: Math.min(toMs - able.stepS * 1000, Math.max(coveredMs, lineBefore(grid, toMs - backMs))), toMs }
}

/** Whether an event of the programs asked for runs in a period: a gap in it has to be told. */
function eventIn(view: ReporterView, { asked }: Answerable, { fromMs, toMs }: Period): boolean {
  const programIds = new Set(asked.map(({ point }) => point.programId))
  return [...view.events.values()].some(
    (event) => event.kind === 'event' && programIds.has(event.programId) && event.startMs < toMs && event.endMs > fromMs,
  )
}

function periodJob(view: ReporterView, able: Answerable, period: Period, last = false): Job {
  const name = last ? 'last' : 'period'
  const evenIfEmpty = last || able.request.reportBackS === 0 || eventIn(view, able, period)
  return { ...able, ...period, what: 'period', key: last ? name : `${name} ${period.fromMs} ${period.toMs}`, evenIfEmpty }
}

/** Events whose results may be reported: over, no drill, within the period asked for, and not longer past than the report keeps. */
function settledEvents(view: ReporterView, able: Answerable, nowMs: number, marginMs: number): readonly Job[] {
  const { request, kind, asked } = able
  const programIds = new Set(asked.map(({ point }) => point.programId))
  return [...view.events.values()]
    .filter(({ kind, test, programId }) => kind === 'event' && test !== 'drill' && programIds.has(programId))
    .filter(({ startMs, endMs }) => endMs > request.fromMs && (request.untilMs === null || startMs < request.untilMs))
    .filter(({ endMs }) => readyMs(able, endMs, marginMs) <= nowMs && endMs > nowMs - kind.keptS * 1000)
    .map((event) => ({ ...able, what: 'event', event, key: `event ${event.eventId}` }))
}

function jobsOf(view: ReporterView, able: Answerable, nowMs: number, marginMs: number): readonly Job[] {
  const { request, kind } = able
  const coveredMs = view.coveredMs.get(requestKey(request)) ?? 0
  if (request.ending) return [periodJob(view, able, lastPeriod(able, coveredMs, nowMs), true)]
  if (request.reportBackS === 0) {
    const whole = wholePeriod(able)
    return readyMs(able, whole.toMs, marginMs) <= nowMs ? [periodJob(view, able, whole)] : []
  }
  if (kind.reportName === 'HISTORY_USAGE') return settledEvents(view, able, nowMs, marginMs)
  const ready = endedPeriods(able, coveredMs, nowMs).filter(({ toMs }) => readyMs(able, toMs, marginMs) <= nowMs)
  return ready.map((period) => periodJob(view, able, period))
}

/** All that is due at `nowMs`. `marginMs`: what loading takes after an interval is closed, in Drover's ms. */
export function dueJobs(view: ReporterView, nowMs: number, marginMs: number): readonly Job[] {
  return [...view.requests.values()].flatMap((request) => {
    const able = answerable(view, request, nowMs)
    return able ? jobsOf(view, able, nowMs, marginMs) : []
  })
}
