/** The lines of the clock on which the intervals of a report start. */
import { offsetMsAt } from '../../processors/calendar/zone-offset.ts'

export interface Grid {
  readonly stepS: number
  /** IANA zone whose midnight is a line. */
  readonly zone: string
}

/** The last line at or before an instant. */
export function lineBefore(grid: Grid, atMs: number): number {
  const stepMs = grid.stepS * 1000
  const offsetMs = offsetMsAt(atMs, grid.zone)
  return Math.floor((atMs + offsetMs) / stepMs) * stepMs - offsetMs
}

/** The first line at or after an instant. */
export function lineAfter(grid: Grid, atMs: number): number {
  const before = lineBefore(grid, atMs)
  return before === atMs ? atMs : before + grid.stepS * 1000
}

/** A report has at most so many intervals of status: each is a question of its own. */
const MOST_STATUS_STEPS = 96

/** The step of a report on status, which nothing but the request limits: as fine as asked, else one for each report, else a minute. */
export const statusStepOf = (granularityS: number, reportBackS: number): number =>
  Math.max(granularityS || reportBackS || 60, Math.ceil(reportBackS / MOST_STATUS_STEPS), 1)

/** The finest step that both a request and the settlement steps of its programs allow; settlement steps divide each other. */
export function stepOf(granularityS: number, stepsS: readonly number[]): number {
  const coarsestS = Math.max(...stepsS)
  return Math.max(coarsestS, Math.ceil(granularityS / coarsestS) * coarsestS)
}
