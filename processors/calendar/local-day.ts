/** Answers which local program day an instant falls on, and when that day begins and ends. */
import { offsetMsAt, segmentAt } from './zone-offset.ts'

export const DAY_MS = 86_400_000
export const MINUTE_MS = 60_000

export type TimeSpan = { readonly startMs: number; readonly endMs: number }

const names = new Map<number, string>()
const numbers = new Map<string, number>()

/** Local calendar day as a count of days since 1970-01-01: the form to compute with. */
export function localDayNumber(utcMs: number, zone: string): number {
  return Math.floor((utcMs + offsetMsAt(utcMs, zone)) / DAY_MS)
}

/** Local calendar day, 'YYYY-MM-DD'. */
export function localDay(utcMs: number, zone: string): string {
  return nameOfDay(localDayNumber(utcMs, zone))
}

export function nameOfDay(dayNumber: number): string {
  const known = names.get(dayNumber)
  if (known !== undefined) return known
  const name = new Date(dayNumber * DAY_MS).toISOString().slice(0, 10)
  names.set(dayNumber, name)
  return name
}

/** Inverse of `nameOfDay`. Throws RangeError for anything but an existing day 'YYYY-MM-DD'. */
export function numberOfDay(day: string): number {
  const known = numbers.get(day)
  if (known !== undefined) return known
  const utcMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(utcMs) || new Date(utcMs).toISOString().slice(0, 10) !== day) {
    throw new RangeError(`day "${day}" does not exist: write it as YYYY-MM-DD`)
  }
  numbers.set(day, utcMs / DAY_MS)
  return utcMs / DAY_MS
}

/** Where the local day begins and ends; 23, 24 or 25 hours apart in most zones. */
export function dayBoundsMs(day: string, zone: string): TimeSpan {
  const dayNumber = numberOfDay(day)
  return {
    startMs: dayStartMs(dayNumber, zone),
    endMs: dayStartMs(dayNumber + 1, zone),
  }
}

/** The first instant of a local day; where clocks skip midnight, the instant they skip to. */
export function dayStartMs(dayNumber: number, zone: string): number {
  const [first] = instantsOfClock(dayNumber, 0, zone)
  if (first !== undefined) return first
  const localMs = dayNumber * DAY_MS
  return segmentAt(localMs - offsetMsAt(localMs - DAY_MS, zone), zone).fromMs
}

/**
 * Every instant at which the local clock of that day shows `minute` minutes past midnight, in order:
 * none when the clock skips it in spring, two when the clock shows it twice in autumn, else one.
 */
export function instantsOfClock(dayNumber: number, minute: number, zone: string): number[] {
  const localMs = dayNumber * DAY_MS + minute * MINUTE_MS
  const before = offsetMsAt(localMs - DAY_MS, zone)
  const after = offsetMsAt(localMs + DAY_MS, zone)
  const candidates = before === after ? [before] : [Math.max(before, after), Math.min(before, after)]
  return candidates.filter((offset) => offsetMsAt(localMs - offset, zone) === offset).map((offset) => localMs - offset)
}
