/** Answers how a local program day divides into metering intervals with local clock labels. */
import { DAY_MS, dayBoundsMs, MINUTE_MS } from './local-day.ts'
import { segmentAt } from './zone-offset.ts'

/**
 * One interval of the program's grid. `clockMinute` is the local clock at its start, in minutes past
 * midnight, down to the step: the label by which days are compared. In autumn a label occurs twice.
 */
export type DayInterval = {
  readonly startMs: number
  readonly endMs: number
  readonly clockMinute: number
}

/**
 * The grid interval that holds an instant. Grids follow the local clock, so that 60-minute intervals
 * of Asia/Kolkata start on the local hour. Where a zone shifts by less than a step (Lord Howe, 30 min)
 * the interval around the shift is cut there.
 *
 *   local  01:00      02:00|02:30   03:00      the clock jumps at |
 *          [----60 min----][-30 min-][----
 */
export function intervalAt(utcMs: number, zone: string, stepMs: number): DayInterval {
  const { fromMs, untilMs, offsetMs } = segmentAt(utcMs, zone)
  const localStartMs = Math.floor((utcMs + offsetMs) / stepMs) * stepMs
  const startMs = localStartMs - offsetMs
  return {
    startMs: startMs < fromMs && isShift(fromMs, zone) ? fromMs : startMs,
    endMs: startMs + stepMs > untilMs && isShift(untilMs, zone) ? untilMs : startMs + stepMs,
    clockMinute: (localStartMs - Math.floor(localStartMs / DAY_MS) * DAY_MS) / MINUTE_MS,
  }
}

/** All grid intervals that overlap `[fromMs, untilMs)`, in order. */
export function intervalsOver(fromMs: number, untilMs: number, zone: string, stepMs: number): DayInterval[] {
  checkStep(stepMs)
  const intervals: DayInterval[] = []
  for (let atMs = fromMs; atMs < untilMs; ) {
    const interval = intervalAt(atMs, zone, stepMs)
    intervals.push(interval)
    atMs = interval.endMs
  }
  return intervals
}

/** The intervals of one local day 'YYYY-MM-DD', without gap or overlap: 92, 96 or 100 at 15 minutes. */
export function intervalsOfDay(day: string, zone: string, stepMs: number): DayInterval[] {
  const { startMs, endMs } = dayBoundsMs(day, zone)
  return intervalsOver(startMs, endMs, zone, stepMs)
}

/** Steps are those that divide the hour: 1, 5, 15, 30, 60 minutes among them. */
export function checkStep(stepMs: number): void {
  if (Number.isInteger(stepMs / MINUTE_MS) && stepMs > 0 && (60 * MINUTE_MS) % stepMs === 0) return
  throw new RangeError(`stepMs ${stepMs} does not divide the hour into whole minutes: use 1, 5, 15, 30 or 60 minutes`)
}

/** Segments are cut at New Year too, where the clock does not move. */
function isShift(atMs: number, zone: string): boolean {
  return segmentAt(atMs - 1, zone).offsetMs !== segmentAt(atMs, zone).offsetMs
}
