/** Answers which season of a program a local day belongs to. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { DAY_MS, nameOfDay } from '../calendar/local-day.ts'

/** First and last local day, as day numbers. */
export interface Season {
  readonly firstDay: number
  readonly lastDay: number
}

type SeasonTerms = Pick<ProgramTerms, 'seasonStart' | 'seasonEnd'>

/** Day number of MM-DD in a year; 02-29 of a common year is 1 March. */
function dayIn(year: number, monthDay: string): number {
  const [month = 1, day = 1] = monthDay.split('-').map(Number)
  return Date.UTC(year, month - 1, day) / DAY_MS
}

/** The season that holds the day; null between seasons. A season whose end is before its start crosses New Year. */
export function seasonOf(dayNumber: number, { seasonStart, seasonEnd }: SeasonTerms): Season | null {
  const year = Number(nameOfDay(dayNumber).slice(0, 4))
  const crosses = seasonEnd < seasonStart
  for (const startYear of crosses ? [year - 1, year] : [year]) {
    const season = { firstDay: dayIn(startYear, seasonStart), lastDay: dayIn(crosses ? startYear + 1 : startYear, seasonEnd) }
    if (dayNumber >= season.firstDay && dayNumber <= season.lastDay) return season
  }
  return null
}
