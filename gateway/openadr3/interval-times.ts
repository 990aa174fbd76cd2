/** Places the intervals of an event on the clock, as the revision of the VTN reads them (User Guide 7.3 to 7.5). */
import { isNow, parseDateTime } from './date-time.ts'
import { parseDuration } from './duration.ts'
import type { Event, Interval, IntervalPeriod } from './model/event.ts'
import type { ValuesMap } from './model/object.ts'
import type { Revision } from './revision.ts'
import { readAt, WireFault } from './wire-fault.ts'

/** `endMs` is Infinity where nothing ends the interval. */
export interface TimedInterval {
  readonly id: number
  readonly startMs: number
  readonly endMs: number
  readonly payloads: readonly ValuesMap[]
}

const durationS = (place: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : readAt(`${place}.duration`, () => parseDuration(text))

/**
 * How long an interval lasts, seconds. 3.0.0: none is infinite. 3.0.1: none or PT0S is instantaneous or infinite, depending on the payload
 * type; what an aggregator is asked for lasts until it is cancelled. 3.1: PT0S is the default, and P9999Y is infinite.
 */
function lengthS(revision: Revision, place: string, own: IntervalPeriod | undefined, all: IntervalPeriod | undefined): number {
  const givenS = durationS(`${place}.intervalPeriod`, own?.duration) ?? durationS('intervalPeriod', all?.duration) ?? 0
  return revision === '3.0' && givenS === 0 ? Number.POSITIVE_INFINITY : givenS
}

/** undefined: right after the interval before. */
function ownStartMs(place: string, period: IntervalPeriod | undefined, first: boolean, nowMs: number): number | undefined {
  const text = period?.start
  if (text === undefined) return undefined
  if (isNow(text)) return first ? nowMs : undefined
  return readAt(`${place}.start`, () => parseDateTime(text))
}

function startMs(index: number, event: Event, interval: Interval, beforeMs: number | undefined, nowMs: number): number {
  const place = `intervals[${index}].intervalPeriod`
  const own = ownStartMs(place, interval.intervalPeriod, index === 0, nowMs)
  if (own !== undefined) return own
  if (beforeMs === undefined) {
    const common = ownStartMs('intervalPeriod', event.intervalPeriod, true, nowMs)
    if (common !== undefined) return common
    throw new WireFault(place, 'neither the event nor its first interval has a start')
  }
  if (beforeMs === Number.POSITIVE_INFINITY) throw new WireFault(place, 'has no start, and the interval before it does not end')
  return beforeMs
}

/**
 * ```
 * event.intervalPeriod   start, duration: what holds for intervals without their own
 * intervals              |-- 0 --|-- 1 --|      |-- 2, own start --|
 * ```
 * An endless interval ends where a later one starts. `nowMs`: what a start of "now" means.
 */
export function intervalTimes(event: Event, revision: Revision, nowMs: number): readonly TimedInterval[] {
  const timed: TimedInterval[] = []
  for (const [index, interval] of (event.intervals ?? []).entries()) {
    const place = `intervals[${index}]`
    if (!event.intervalPeriod && !interval.intervalPeriod)
      throw new WireFault(`${place}.intervalPeriod`, 'is missing, and the event has none either')
    const before = timed.at(-1)
    const from = startMs(index, event, interval, before?.endMs, nowMs)
    if (before && before.endMs === Number.POSITIVE_INFINITY) timed[index - 1] = { ...before, endMs: from }
    const endMs = from + lengthS(revision, place, interval.intervalPeriod, event.intervalPeriod) * 1000
    timed.push({ id: interval.id, startMs: from, endMs, payloads: interval.payloads })
  }
  return timed.toSorted((a, b) => a.startMs - b.startMs)
}

/** 3.x cancels by DELETE, or by a start of "now" with no duration (User Guide 7.4). */
export function isCancelled({ intervalPeriod }: Event): boolean {
  const { start, duration } = intervalPeriod ?? {}
  return start !== undefined && isNow(start) && duration !== undefined && durationS('intervalPeriod', duration) === 0
}
