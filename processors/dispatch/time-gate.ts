/** Checks the times of an event against the terms of its program: what is refused here is refused for every device. */
import type { DecisionOutcome } from '../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { kindOfDay, programCalendar } from '../calendar/day-kind.ts'
import { dayStartMs, instantsOfClock, localDayNumber, MINUTE_MS } from '../calendar/local-day.ts'
import { seasonOf } from './season.ts'

const DAY_MINUTES = 1440

/** The instant of a local clock time; a time that the clock skips in spring counts from midnight on. */
function clockMs(dayNumber: number, minute: number, zone: string): number {
  if (minute >= DAY_MINUTES) return dayStartMs(dayNumber + 1, zone)
  return instantsOfClock(dayNumber, minute, zone)[0] ?? dayStartMs(dayNumber, zone) + minute * MINUTE_MS
}

function dayAllows(dayNumber: number, startMs: number, endMs: number, terms: ProgramTerms): boolean {
  const kind = kindOfDay(dayNumber, programCalendar(terms.holidays))
  if (!terms.dayTypes.includes(kind) || seasonOf(dayNumber, terms) === null) return false
  return startMs >= clockMs(dayNumber, terms.dayStartMinute, terms.zone) && endMs <= clockMs(dayNumber, terms.dayEndMinute, terms.zone)
}

/** Every local day that [startMs, endMs) touches allows its part; one that crosses midnight needs hours around the clock. */
function withinHours(startMs: number, endMs: number, terms: ProgramTerms): boolean {
  const lastDay = localDayNumber(endMs - 1, terms.zone)
  for (let day = localDayNumber(startMs, terms.zone); day <= lastDay; day++) {
    const fromMs = Math.max(startMs, dayStartMs(day, terms.zone))
    const untilMs = Math.min(endMs, dayStartMs(day + 1, terms.zone))
    if (!dayAllows(day, fromMs, untilMs, terms)) return false
  }
  return true
}

function durationFits({ startMs, endMs, openEnded }: UtilityEvent, terms: ProgramTerms): boolean {
  const durationS = (endMs - startMs) / 1000
  // An open-ended event has no length yet; it is cut where maxDurationS ends.
  return openEnded || (durationS >= terms.minDurationS && durationS <= terms.maxDurationS)
}

/**
 * Why the terms forbid the event to everybody; null = they do not. `noticeFromMs`: since when the start has been known.
 * Season, day type, hours, and shortest and longest duration are `outsideProgramHours`. Of an open-ended event only the start is checked.
 */
export function gateOf(event: UtilityEvent, terms: ProgramTerms, noticeFromMs: number): DecisionOutcome | null {
  const { startMs, endMs, openEnded } = event
  if (!durationFits(event, terms) || !withinHours(startMs, openEnded ? startMs + 1 : endMs, terms)) return 'outsideProgramHours'
  return terms.noticeS > 0 && startMs - noticeFromMs < terms.noticeS * 1000 ? 'noticeTooShort' : null
}
