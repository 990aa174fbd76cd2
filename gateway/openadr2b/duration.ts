/** Reads and writes the durations of OpenADR 2.0b as whole seconds (oadr_xcal_20b.xsd, DurationValueType). */

const secondsOf = { weeks: 604_800, days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const

// The schema allows what ISO 8601 does not: no "T" before hours, a bare "P" (real VTNs send it for zero), and weeks with or without "P".
const calendar =
  /^([+-])?P(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<days>\d+)D)?T?(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+)S)?$/
const weekly = /^([+-])?P?(?<weeks>\d+)W$/

/** Seconds of a duration such as `PT1H30M`; a RangeError says what is wrong with any other text. */
export const parseDuration = (text: string): number => {
  const match = calendar.exec(text) ?? weekly.exec(text)
  if (match?.groups === undefined) throw new RangeError(`'${text}' is not a duration; write it as PnDTnHnMnS`)
  const groups = match.groups
  if (match[1] === '-') throw new RangeError(`'${text}' is negative; a duration here counts forward`)
  refuseCalendarUnit(text, 'years', groups.years)
  refuseCalendarUnit(text, 'months', groups.months)
  const total = Object.entries(secondsOf).reduce((sum, [unit, seconds]) => sum + Number(groups[unit] ?? 0) * seconds, 0)
  if (!Number.isSafeInteger(total)) throw new RangeError(`'${text}' is too long to count in seconds`)
  return total
}

/** The duration of so many whole seconds, in the days, hours, minutes and seconds that every VTN reads; zero is `PT0S`. */
export const formatDuration = (durationS: number): string => {
  if (!Number.isSafeInteger(durationS) || durationS < 0) {
    throw new RangeError(`${durationS} is not a whole number of seconds, 0 or more`)
  }
  if (durationS === 0) return 'PT0S'
  const days = Math.floor(durationS / 86_400)
  const clock = [
    [Math.floor(durationS / 3_600) % 24, 'H'],
    [Math.floor(durationS / 60) % 60, 'M'],
    [durationS % 60, 'S'],
  ] as const
  const time = clock.map(([n, unit]) => (n > 0 ? `${n}${unit}` : '')).join('')
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

const refuseCalendarUnit = (text: string, unit: 'years' | 'months', digits: string | undefined): void => {
  if (digits !== undefined && Number(digits) !== 0) {
    throw new RangeError(`'${text}' counts in ${unit}, whose length is not fixed; use days, hours, minutes and seconds`)
  }
}
