/** Reads and writes the date-times of OpenADR 3 as epoch milliseconds (openadr3.yaml, schema dateTime). */

const shape = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?\s?([Zz]|[+-]\d{2}:?\d{2})?$/

/** The texts for "now" that stand in one revision or another: 0000-00-00, 0000-01-01 (3.1 change log), 0001-01-01 (3.1 text). */
const now = /^(0000-00-00|0000-01-01|0001-01-01)(?:[Tt ]00:00:00(?:\.0+)?)?(?:[Zz]|[+-]00:?00)?$/

/** True for a start that means now, or, in a later interval, right after the one before. */
export const isNow = (text: string): boolean => now.test(text)

/** Date.parse takes 30 February for 2 March. */
function exists(date: string): boolean {
  const atMs = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(date)
}

/**
 * Epoch milliseconds of `2026-07-01T15:00:00Z`. What VTNs are known to send instead is taken where it leaves no doubt: a blank for the T,
 * no zone (UTC), more than three decimals (cut). A RangeError says what is wrong with any other text.
 */
export function parseDateTime(text: string): number {
  const match = shape.exec(text)
  const zone = (match?.[4] ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const ms = (match?.[3] ?? '').slice(0, 3).padEnd(3, '0')
  const atMs = match ? Date.parse(`${match[1]}T${match[2]}.${ms}${zone}`) : Number.NaN
  if (Number.isNaN(atMs) || !exists(match?.[1] ?? ''))
    throw new RangeError(`"${text}" is not a date-time that exists; write it as YYYY-MM-DDThh:mm:ssZ`)
  return atMs
}

/** `2026-07-01T15:00:00Z`, with milliseconds only where there are any. */
export const formatDateTime = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z')
