/** Counts the intervals of an event through all its repetitions, so that the n-th of them has a time. */
import { parseDuration } from '../duration.ts'
import { intervalTimes, type TimedInterval } from '../interval-times.ts'
import type { Event } from '../model/event.ts'
import type { Revision } from '../revision.ts'
import { readAt } from '../wire-fault.ts'

export interface Rounds {
  /** Of one round, ascending. */
  readonly intervals: readonly TimedInterval[]
  readonly roundMs: number
  /** Intervals in all rounds; Infinity where they never end. */
  readonly count: number
  /** The n-th interval, from 0. */
  at(n: number): TimedInterval
}

/** undefined: no intervals, or one that never ends. Throws a WireFault where the event is not sound. */
export function roundsOf(event: Event, revision: Revision, nowMs: number): Rounds | undefined {
  const intervals = intervalTimes(event, revision, nowMs)
  const [first, last] = [intervals[0], intervals.at(-1)]
  if (!first || !last || !Number.isFinite(last.endMs)) return undefined
  const roundMs = last.endMs - first.startMs
  const { duration } = event
  const wholeS = revision === '3.0' || duration === undefined ? 0 : readAt('duration', () => parseDuration(duration))
  const rounds = wholeS > 0 && roundMs > 0 ? (wholeS * 1000) / roundMs : 1
  return {
    intervals,
    roundMs,
    count: Math.max(1, Math.round(rounds * intervals.length)),
    at(n) {
      const one = intervals[n % intervals.length] ?? first
      const shiftMs = Math.floor(n / intervals.length) * roundMs
      return { ...one, startMs: one.startMs + shiftMs, endMs: one.endMs + shiftMs }
    },
  }
}
