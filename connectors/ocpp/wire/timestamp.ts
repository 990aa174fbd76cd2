/** Reads and writes the ISO 8601 times of OCPP 1.6 (§3.14: UTC recommended, offsets and fractions accepted). */

const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([Zz]|[+-]\d\d:?\d\d|[+-]\d\d)?$/

/** Text → ms since 1970, or undefined. A time without offset is UTC: `Date.parse` would take this host's zone. */
export function parseTimestamp(text: string): number | undefined {
  const match = ISO.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset = 'Z'] = match
  const civil = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number]
  if (!isCivil(civil)) return undefined
  const [y, mo, d, h, mi, s] = civil
  return Date.UTC(y, mo - 1, d, h, mi, s, Number(`${fraction}000`.slice(0, 3))) - offsetMs(offset)
}

/** The newest of the times that can be read, ms since 1970; undefined where there is none. */
export function newestMs(texts: readonly string[]): number | undefined {
  const times = texts.flatMap((text) => parseTimestamp(text) ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Ms since 1970 → UTC to the second, rounded down; stations have been seen to choke on fractions. */
export function formatTimestamp(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`
}

function isCivil([year, month, day, hour, minute, second]: [number, number, number, number, number, number]): boolean {
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 60) return false
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function offsetMs(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0
  const digits = offset.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0')
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}
