/** Cuts or repeats the intervals of an event as event.duration says, and keeps of an endless repetition what lies near (3.1 User Guide 7.5). */
import { parseDuration } from './duration.ts'
import type { TimedInterval } from './interval-times.ts'
import type { Revision } from './revision.ts'
import { readAt } from './wire-fault.ts'

const DAY_MS = 86_400_000

/** Long repetitions are written out this far before and after the day of receipt; each later poll on the log moves it on. */
const BEFORE_MS = DAY_MS
const AFTER_MS = 8 * DAY_MS
/** Repetitions with no more intervals than this are written out whole. */
const WHOLE_INTERVALS = 500

/** undefined: event.duration says nothing (absent or PT0S; 3.0 has none). */
function spanMs(revision: Revision, duration: string | undefined): number | undefined {
  if (revision === '3.0' || duration === undefined) return undefined
  const seconds = readAt('duration', () => parseDuration(duration))
  return seconds === 0 ? undefined : seconds * 1000
}

const shift = (interval: TimedInterval, byMs: number): TimedInterval => ({
  ...interval,
  startMs: interval.startMs + byMs,
  endMs: interval.endMs + byMs,
})

const cut = (intervals: readonly TimedInterval[], endMs: number): readonly TimedInterval[] =>
  intervals.filter(({ startMs }) => startMs < endMs).map((one) => ({ ...one, endMs: Math.min(one.endMs, endMs) }))

/**
 * ```
 * intervals        |-0-|--1--|
 * shorter          |-0-|-|
 * longer           |-0-|--1--|-0-|--1--|-0-|     without end: the stretch around the day of receipt
 * ```
 */
export function loop(
  intervals: readonly TimedInterval[],
  event: { readonly duration: string | undefined },
  { revision, receivedMs }: { readonly revision: Revision; readonly receivedMs: number },
): readonly TimedInterval[] {
  const wholeMs = spanMs(revision, event.duration)
  const [first, last] = [intervals[0], intervals.at(-1)]
  if (wholeMs === undefined || !first || !last) return intervals
  const cycleMs = Math.max(...intervals.map(({ endMs }) => endMs)) - first.startMs
  if (wholeMs <= cycleMs || cycleMs <= 0) return cut(intervals, first.startMs + wholeMs)
  const cycles = Math.ceil(wholeMs / cycleMs)
  const whole = cycles * intervals.length <= WHOLE_INTERVALS
  const dayMs = Math.floor(receivedMs / DAY_MS) * DAY_MS
  const cycleAt = (atMs: number): number => Math.max(0, Math.floor((atMs - first.startMs) / cycleMs))
  const from = whole ? 0 : Math.min(cycleAt(dayMs - BEFORE_MS), cycles - 1)
  const to = whole ? cycles : Math.min(cycles, cycleAt(Math.max(dayMs, first.startMs) + AFTER_MS) + 1)
  const repeated = Array.from({ length: to - from }, (_, n) => intervals.map((one) => shift(one, (from + n) * cycleMs))).flat()
  return cut(repeated, first.startMs + wholeMs)
}
