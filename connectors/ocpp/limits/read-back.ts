/** Compares the schedule that a station reads back with the profile it was given. */
import type { Checked } from '../../delivery/device-port.ts'
import type { Schedule } from './charging-schedule.ts'

/** Nothing is sent further ahead than this. */
const LONGEST_S = 48 * 3600
/** Stations round in either direction. */
const TOLERANCE = 0.1

/** How far to ask ahead: from now to the end of the profile, seconds. */
export function secondsToAsk({ startMs, durationS }: Schedule, nowMs: number): number {
  const leftS = durationS === undefined ? LONGEST_S : Math.ceil((startMs - nowMs) / 1000) + durationS
  return Math.max(1, Math.min(leftS, LONGEST_S))
}

/**
 * Looks at each instant at which a period of ours begins, and at the begin of the answer. Less than asked holds too, since another
 * limit may be in force; an answer that covers none of these instants, or is in another unit, shows nothing. `what` was asked.
 */
export function compareSchedules(asked: Schedule, read: Schedule | undefined, what = 'GetCompositeSchedule'): Checked {
  if (read === undefined) return { holds: 'unknown', detail: `${what}: the station reads back no schedule` }
  if (read.unit !== asked.unit) return { holds: 'unknown', detail: `${what}: asked in ${asked.unit}, answered in ${read.unit}` }
  const instants = [read.startMs, ...asked.periods.map(({ startPeriod }) => asked.startMs + startPeriod * 1000)]
  let compared = 0
  for (const atMs of instants) {
    const most = limitAt(asked, atMs)
    const shown = limitAt(read, atMs)
    if (most === undefined || shown === undefined) continue
    compared += 1
    if (shown > most + TOLERANCE)
      return { holds: 'no', detail: `${what}: ${shown} ${asked.unit} at ${new Date(atMs).toISOString()}, asked for ${most}` }
  }
  return compared === 0
    ? { holds: 'unknown', detail: `${what}: says nothing of the times asked for` }
    : { holds: 'yes', detail: `${what}: read back` }
}

/** Stations leave the number of phases out as they like, so it is not looked at. Undefined outside the schedule. */
function limitAt({ startMs, periods, durationS }: Schedule, atMs: number): number | undefined {
  const sinceS = (atMs - startMs) / 1000
  if (sinceS < 0 || (durationS !== undefined && sinceS >= durationS)) return undefined
  return periods.findLast(({ startPeriod }) => startPeriod <= sinceS)?.limit
}
