/** Reads and writes the date-times of OpenADR 2.0b as epoch milliseconds (oadr_xcal_20b.xsd, DateTimeType: UTC). */

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d*))?(Z|[+-]\d{2}:\d{2})?$/

/**
 * Epoch milliseconds of `2026-07-01T15:00:00Z`. No zone means UTC (conformance rule 1); a numeric offset, which the schema forbids but
 * which leaves no doubt, is taken; digits below the millisecond are dropped. A RangeError says what is wrong with any other text.
 */
export const parseDateTime = (text: string): number => {
  const match = shape.exec(text)
  if (match === null) throw new RangeError(`'${text}' is not a date-time; write it as YYYY-MM-DDThh:mm:ssZ`)
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  // Not Date.UTC: it reads the years 0 to 99 as 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, millisecond)
  if (date.toISOString().slice(0, 19) !== text.slice(0, 19)) throw new RangeError(`'${text}' is not a date and time that exist`)
  return date.getTime() - offsetMs(text, match[8])
}

/** `2026-07-01T15:00:00Z`, with milliseconds only where there are any. */
export const formatDateTime = (atMs: number): string => {
  const date = new Date(atMs)
  if (!Number.isSafeInteger(atMs) || !(date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999)) {
    throw new RangeError(`${atMs} is not a time in whole epoch milliseconds within the years 0 to 9999`)
  }
  return date.toISOString().replace('.000Z', 'Z')
}

const offsetMs = (text: string, zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))]
  if (hours > 14 || minutes > 59) throw new RangeError(`'${text}' has a zone offset beyond 14:00`)
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
