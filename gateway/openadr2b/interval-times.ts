/** Places the intervals of a signal on the clock, from the event's active period. */

import type { ActivePeriod, SignalInterval } from './types/event.ts'

/** `endMs` is undefined where the interval lasts until the event is cancelled. */
export type TimedInterval = { uid: string | undefined; startMs: number; endMs: number | undefined; value: number }

export type IntervalTimes = { ok: true; intervals: readonly TimedInterval[] } | { ok: false; reason: string }

/**
 * Start and end of each interval, in the order sent:
 *
 *     period   |----------- durationS -----------|
 *     interval |--15 min--|--15 min--|---(rest)--|
 *
 * An interval starts at its own dtstart or else where the one before ended, the first at the period's start. One without a duration, or with
 * duration 0, lasts until the next one's own dtstart; the last, until the period's end, or for ever in an open-ended period (conformance rule 47).
 * The random delay of startafter is not in here: one layer only may add it.
 */
export const intervalTimes = (period: ActivePeriod, intervals: readonly SignalInterval[]): IntervalTimes => {
  const timed: TimedInterval[] = []
  let nextStartMs: number | undefined = period.startMs
  for (const [index, interval] of intervals.entries()) {
    const startMs: number | undefined = interval.startMs ?? nextStartMs
    const name = interval.uid ?? `at position ${index}`
    if (startMs === undefined) return { ok: false, reason: `interval ${name} has no dtstart and the one before it has no duration` }
    const endMs = endOf(interval, startMs, intervals[index + 1], period)
    if (endMs !== undefined && endMs <= startMs) return { ok: false, reason: `interval ${name} does not end after it starts` }
    timed.push({ uid: interval.uid, startMs, endMs, value: interval.value })
    nextStartMs = endMs
  }
  return { ok: true, intervals: timed }
}

const endOf = (
  interval: SignalInterval,
  startMs: number,
  following: SignalInterval | undefined,
  period: ActivePeriod,
): number | undefined => {
  if (interval.durationS) return startMs + interval.durationS * 1000
  if (following) return following.startMs
  return period.durationS === 0 ? undefined : period.startMs + period.durationS * 1000
}
