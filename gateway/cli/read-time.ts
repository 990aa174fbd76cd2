/** Reads times and durations that a person typed. */

/** Without the date before it, the year of 01-07-2026 would pass for a zone. */
const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([zZ]|[+-]\d\d:?\d\d)$/

/** Epoch ms of an ISO 8601 time with a zone; NaN = it is none. */
export const zonedMs = (text: string): number => (ZONED.test(text) ? Date.parse(text) : Number.NaN)

/** Epoch ms of an ISO 8601 time with a zone. Throws naming the option. */
export function readTime(option: string, text: string | undefined, defaultMs: number): number {
  if (text === undefined) return defaultMs
  const timeMs = zonedMs(text)
  if (Number.isNaN(timeMs)) throw new Error(`${option}: "${text}" is not an ISO 8601 time with a zone, such as 2026-07-01T15:00:00Z`)
  return timeMs
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration such as 90s, 15m or 2h. Throws naming the option. */
export function readDuration(option: string, text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? []
  if (amount === undefined) throw new Error(`${option}: "${text}" is not a duration such as 90s, 15m or 2h`)
  return Number(amount) * (units[unit] ?? 0)
}
