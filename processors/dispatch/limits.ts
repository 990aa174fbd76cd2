/** Counts the events that a device took against what its program allows. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { nameOfDay } from '../calendar/local-day.ts'
import type { EventInForce } from './events-in-force.ts'
import type { TakenEvent } from './ledger.ts'
import type { Season } from './season.ts'
import type { Stretch } from './spans.ts'

const HOUR_MS = 3_600_000

const monthOf = (day: number): string => nameOfDay(day).slice(0, 7)

const inSeason = ({ day }: TakenEvent, season: Season | null): boolean =>
  season === null || (day >= season.firstDay && day <= season.lastDay)

/** The events of the season that count, of those that the device took in the program. */
export const countedOf = (taken: readonly TakenEvent[], programId: string, season: Season | null): readonly TakenEvent[] =>
  taken.filter((entry) => entry.counted && entry.programId === programId && inSeason(entry, season))

/** Length of the run of days in a row, among `days` and `day`, that `day` is part of. */
function runLength(days: ReadonlySet<number>, day: number): number {
  let first = day
  let last = day
  while (days.has(first - 1)) first--
  while (days.has(last + 1)) last++
  return last - first + 1
}

const exceeds = (count: number, most: number | null): boolean => most !== null && count > most

/**
 * The stretch that limits look at. It is one and the same whether the event is asked about or counted against another, so that of two
 * events it does not matter which is looked at first; and it begins with the event, so that no event slips under a limit as its time runs out.
 */
const windowOf = ({ countedFromMs, startMs, endMs }: TakenEvent): Stretch => ({ startMs: countedFromMs || startMs, endMs })

function rests(others: readonly TakenEvent[], window: Stretch, restS: number): boolean {
  return others.map(windowOf).every((other) => Math.max(window.startMs - other.endMs, other.startMs - window.endMs) >= restS * 1000)
}

const lengthMs = ({ startMs, endMs }: Stretch): number => endMs - startMs

/** Whether one more event would break a limit that counts. `others`: what the device took besides in this program and season. */
function breaksCount(others: readonly TakenEvent[], wanted: TakenEvent, terms: ProgramTerms): boolean {
  const { day } = wanted
  const onDay = others.filter((other) => other.day === day).length
  const inMonth = others.filter((other) => monthOf(other.day) === monthOf(day)).length
  const heldMs = [wanted, ...others].reduce((sum, entry) => sum + lengthMs(windowOf(entry)), 0)
  return (
    exceeds(onDay + 1, terms.maxEventsPerDay) ||
    exceeds(inMonth + 1, terms.maxEventsPerMonth) ||
    exceeds(others.length + 1, terms.maxEventsPerSeason) ||
    exceeds(heldMs / HOUR_MS, terms.maxHoursPerSeason) ||
    exceeds(runLength(new Set(others.map((other) => other.day)), day), terms.maxConsecutiveDays)
  )
}

/** Whether the device may not take the event, as `wanted`, since it took `others`. A drill is counted by no limit, and still keeps the rest time. */
export function limitReached({ event, terms, season }: EventInForce, wanted: TakenEvent, others: readonly TakenEvent[]): boolean {
  const counted = countedOf(others, event.programId, season)
  if (terms.restS > 0 && !rests(counted, windowOf(wanted), terms.restS)) return true
  return event.test !== 'drill' && breaksCount(counted, wanted, terms)
}
