/** Reads and writes the durations of OpenADR 3 as seconds (openadr3.yaml, schema duration). */

const shape =
  /^P(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/

const secondsOf = { weeks: 604_800, days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const

/** `P9999Y` says "for ever" (3.1 User Guide 7.3). */
const ENDLESS_YEARS = 9999

/** Seconds of a duration, Infinity for `P9999Y`; a RangeError says what is wrong with any other text. */
export function parseDuration(text: string): number {
  const groups = text.length > 1 && !text.endsWith('T') ? shape.exec(text)?.groups : undefined
  if (!groups) throw new RangeError(`"${text}" is not a duration that counts forward; write it as PnDTnHnMnS`)
  if (Number(groups.years ?? 0) >= ENDLESS_YEARS) return Number.POSITIVE_INFINITY
  if (Number(groups.years ?? 0) > 0 || Number(groups.months ?? 0) > 0)
    throw new RangeError(`"${text}" counts in years or months, whose length is not fixed; use days, hours, minutes and seconds`)
  const totalS = Object.entries(secondsOf).reduce((sum, [unit, seconds]) => sum + Number(groups[unit] ?? 0) * seconds, 0)
  if (!Number.isSafeInteger(Math.round(totalS * 1000))) throw new RangeError(`"${text}" is too long to count in milliseconds`)
  return totalS
}

/** `PT900S`: whole seconds, in the one form that every VTN reads. */
export const formatDuration = (durationS: number): string => `PT${Math.round(durationS)}S`
