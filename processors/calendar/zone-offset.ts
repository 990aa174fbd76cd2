/** Answers how far the local clock of an IANA zone stands from UTC at an instant. */

/** A stretch of time with one offset; `localMs = utcMs + offsetMs` for `fromMs <= utcMs < untilMs`. */
export type ZoneSegment = {
  readonly fromMs: number
  readonly untilMs: number
  readonly offsetMs: number
}

type ZoneTable = {
  readonly clock: Intl.DateTimeFormat
  readonly years: Map<number, readonly ZoneSegment[]>
  latest: ZoneSegment
}

const WEEK_MS = 7 * 86_400_000
const SECOND_MS = 1_000
const NOWHERE: ZoneSegment = { fromMs: 0, untilMs: 0, offsetMs: 0 }

// Memory of a pure function: offsets are facts of the zone database, read once per zone and year.
const tables = new Map<string, ZoneTable>()

/** Offset in ms east of UTC. Throws RangeError for a name that is no IANA zone. */
export function offsetMsAt(utcMs: number, zone: string): number {
  return segmentAt(utcMs, zone).offsetMs
}

/**
 * The stretch of equal offset around an instant.
 * Stretches are also cut at New Year (UTC), where the offset goes on unchanged.
 */
export function segmentAt(utcMs: number, zone: string): ZoneSegment {
  const table = tables.get(zone) ?? openTable(zone)
  const { latest } = table
  if (utcMs >= latest.fromMs && utcMs < latest.untilMs) return latest
  const year = new Date(utcMs).getUTCFullYear()
  const segments = table.years.get(year) ?? readYear(table, year)
  const found = segments.find((segment) => utcMs < segment.untilMs)
  if (found === undefined) throw new RangeError(`instant ${utcMs} is no valid time in ms since 1970`)
  table.latest = found
  return found
}

function openTable(zone: string): ZoneTable {
  const table: ZoneTable = {
    clock: openClock(zone),
    years: new Map(),
    latest: NOWHERE,
  }
  tables.set(zone, table)
  return table
}

function openClock(zone: string): Intl.DateTimeFormat {
  const field = 'numeric'
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: field,
      month: field,
      day: field,
      hour: field,
      minute: field,
      second: field,
    })
  } catch (cause) {
    throw new RangeError(`time zone "${zone}" is unknown: use an IANA name such as America/Los_Angeles`, { cause })
  }
}

function readYear(table: ZoneTable, year: number): readonly ZoneSegment[] {
  const endMs = Date.UTC(year + 1, 0, 1)
  const segments: ZoneSegment[] = []
  let fromMs = Date.UTC(year, 0, 1)
  let offsetMs = readOffset(table.clock, fromMs)
  // Every zone keeps an offset for at least four weeks, so weekly looks miss no change.
  for (let beforeMs = fromMs; beforeMs < endMs; beforeMs += WEEK_MS) {
    const afterMs = Math.min(beforeMs + WEEK_MS, endMs - SECOND_MS)
    const next = readOffset(table.clock, afterMs)
    if (next === offsetMs) continue
    const changeMs = findChange(table.clock, beforeMs, afterMs, offsetMs)
    segments.push({ fromMs, untilMs: changeMs, offsetMs })
    fromMs = changeMs
    offsetMs = next
  }
  segments.push({ fromMs, untilMs: endMs, offsetMs })
  table.years.set(year, segments)
  return segments
}

/** First second in `(beforeMs, afterMs]` whose offset differs from `offsetMs`. */
function findChange(clock: Intl.DateTimeFormat, beforeMs: number, afterMs: number, offsetMs: number): number {
  let low = beforeMs / SECOND_MS
  let high = afterMs / SECOND_MS
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (readOffset(clock, middle * SECOND_MS) === offsetMs) low = middle
    else high = middle
  }
  return high * SECOND_MS
}

function readOffset(clock: Intl.DateTimeFormat, utcMs: number): number {
  const parts = new Map(clock.formatToParts(utcMs).map((part) => [part.type, Number(part.value)]))
  const at = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const localMs = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'))
  return localMs - utcMs
}
