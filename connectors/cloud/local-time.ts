/** Reads local times without a zone, as vendors write them, in the zone of the device; and writes such. */
import { instantsOfClock, localDayNumber, MINUTE_MS, nameOfDay, numberOfDay } from '../../processors/calendar/local-day.ts'
import { offsetMsAt } from '../../processors/calendar/zone-offset.ts'

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?$/

/**
 * Instants of consecutive local times, epoch ms UTC. In the hour that the clock shows twice, the order tells which is meant: the earlier
 * instant, unless it is not after the one before. A list with that hour once means its first passing.
 *
 *   clock    01:45  02:00  02:45  02:00  02:45  03:00      the clock goes back at 03:00
 *   instant    ·      ·      ·      ·      ·      ·
 *
 * undefined: no local time, or one that the clock skips in spring.
 */
export function instantsOf(texts: readonly string[], zone: string): readonly (number | undefined)[] {
  let lastMs = Number.NEGATIVE_INFINITY
  return texts.map((text) => {
    const candidates = candidatesOf(text, zone)
    const instant = candidates.find((atMs) => atMs > lastMs) ?? candidates.at(-1)
    if (instant !== undefined) lastMs = instant
    return instant
  })
}

function candidatesOf(text: string, zone: string): readonly number[] {
  const [, day = '', hours, minutes, seconds = '0'] = LOCAL_TIME.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return []
  try {
    const instants = instantsOfClock(numberOfDay(day), Number(hours) * 60 + Number(minutes), zone)
    return instants.map((atMs) => atMs + Number(seconds) * 1000)
  } catch {
    return []
  }
}

/** `YYYY-MM-DD` and `HH:MM:SS` of the local clock. */
export function localTime(atMs: number, zone: string): { readonly date: string; readonly time: string } {
  const localMs = atMs + offsetMsAt(atMs, zone)
  const ofDayMs = localMs - localDayNumber(atMs, zone) * 1440 * MINUTE_MS
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const time = [ofDayMs / 3_600_000, (ofDayMs / MINUTE_MS) % 60, (ofDayMs / 1000) % 60].map(two).join(':')
  return { date: nameOfDay(localDayNumber(atMs, zone)), time }
}
