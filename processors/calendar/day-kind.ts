/** Answers what kind of day a program counts a local day as. */
import { nameOfDay } from './local-day.ts'

export type DayKind = 'weekday' | 'saturday' | 'sunday' | 'holiday'

/** Days a program counts as holidays, 'YYYY-MM-DD', whatever day of the week they fall on. */
export type ProgramCalendar = { readonly holidays: ReadonlySet<string> }

/** Kinds that a program treats alike; a day belongs to the first group that names its kind. */
export type DayGroups = readonly (readonly DayKind[])[]

export const WEEKDAY_AND_REST: DayGroups = [['weekday'], ['saturday', 'sunday', 'holiday']]
export const WEEKDAY_SATURDAY_SUNDAY: DayGroups = [['weekday'], ['saturday'], ['sunday', 'holiday']]
export const ALL_DAYS_ALIKE: DayGroups = [['weekday', 'saturday', 'sunday', 'holiday']]

export function programCalendar(holidays: readonly string[]): ProgramCalendar {
  return { holidays: new Set(holidays) }
}

/** `dayNumber` counts local days since 1970-01-01, which was a Thursday. */
export function kindOfDay(dayNumber: number, calendar: ProgramCalendar): DayKind {
  if (calendar.holidays.has(nameOfDay(dayNumber))) return 'holiday'
  const daysAfterSunday = (((dayNumber + 4) % 7) + 7) % 7
  if (daysAfterSunday === 0) return 'sunday'
  return daysAfterSunday === 6 ? 'saturday' : 'weekday'
}

/** Index of the group that holds the kind, or -1 when the program covers no such day. */
export function groupOfKind(kind: DayKind, groups: DayGroups): number {
  return groups.findIndex((group) => group.includes(kind))
}
