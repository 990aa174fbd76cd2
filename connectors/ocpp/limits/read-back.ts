/** Compares the composite schedule that a station reads back with the profile it was given. */
import type { Checked } from '../../delivery/device-port.ts'
import type { CentralResponse } from '../v16/central-messages.ts'
import type { ChargingSchedule } from '../v16/charging-profile.ts'
import { parseTimestamp } from '../wire/timestamp.ts'

type Answer = CentralResponse<'GetCompositeSchedule'>

/** Nothing is sent further ahead than this. */
const LONGEST_S = 48 * 3600
/** Stations round in either direction. */
const TOLERANCE = 0.1

/** The JSON of a GetCompositeSchedule request, in the unit of the profile, for the time from now to its end. */
export function askForSchedule({ chargingRateUnit, duration }: ChargingSchedule, startMs: number, nowMs: number): string {
  const leftS = duration === undefined ? LONGEST_S : Math.ceil((startMs - nowMs) / 1000) + duration
  return `{"connectorId":0,"duration":${Math.max(1, Math.min(leftS, LONGEST_S))},"chargingRateUnit":"${chargingRateUnit}"}`
}

/**
 * Looks at each instant at which a period of ours begins, and at the begin of the answer. Less than asked holds too, since another
 * limit may be in force; an answer that covers none of these instants, or is in another unit, shows nothing.
 */
export function compareSchedules(asked: ChargingSchedule, askedStartMs: number, answer: Answer): Checked {
  const { chargingSchedule: read, scheduleStart, status } = answer
  const readStartMs = parseTimestamp(scheduleStart ?? read?.startSchedule ?? '')
  if (status !== 'Accepted' || read === undefined || readStartMs === undefined)
    return { holds: 'unknown', detail: 'GetCompositeSchedule: the station reads back no schedule' }
  if (read.chargingRateUnit !== asked.chargingRateUnit)
    return { holds: 'unknown', detail: `GetCompositeSchedule: asked in ${asked.chargingRateUnit}, answered in ${read.chargingRateUnit}` }
  const instants = [readStartMs, ...asked.chargingSchedulePeriod.map(({ startPeriod }) => askedStartMs + startPeriod * 1000)]
  let compared = 0
  for (const atMs of instants) {
    const most = limitAt(asked, atMs - askedStartMs)
    const shown = limitAt(read, atMs - readStartMs)
    if (most === undefined || shown === undefined) continue
    compared += 1
    if (shown > most + TOLERANCE) return { holds: 'no', detail: differs(atMs, shown, most, asked.chargingRateUnit) }
  }
  return compared === 0
    ? { holds: 'unknown', detail: 'GetCompositeSchedule: says nothing of the times asked for' }
    : { holds: 'yes', detail: 'GetCompositeSchedule: read back' }
}

/** A per phase, or W in all: stations leave the number of phases out as they like. Undefined outside the schedule. */
function limitAt({ chargingSchedulePeriod, duration }: ChargingSchedule, sinceMs: number): number | undefined {
  const sinceS = sinceMs / 1000
  if (sinceS < 0 || (duration !== undefined && sinceS >= duration)) return undefined
  return chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= sinceS)?.limit
}

const differs = (atMs: number, shown: number, most: number, unit: string): string =>
  `GetCompositeSchedule: ${shown} ${unit} at ${new Date(atMs).toISOString()}, asked for ${most}`
