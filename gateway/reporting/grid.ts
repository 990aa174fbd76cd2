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

/** The finest step that both a request and the settlement steps of its programs allow; settlement steps divide each other. */
export function stepOf(granularityS: number, stepsS: readonly number[]): number {
  const coarsestS = Math.max(...stepsS)
  return Math.max(coarsestS, Math.ceil(granularityS / coarsestS) * coarsestS)
}
