/** Reads a station's GetCompositeSchedule answer back against what was asked of it. */
import type { CentralResponse } from './central-messages.ts'
import type { ChargingSchedule } from './charging-profile.ts'
import { renderLimit, wattsPerUnit } from './limit.ts'
import type { Segment } from './schedule.ts'
import { parseTimestamp } from './timestamp.ts'
import type { Traits } from './traits.ts'

/** `silent`: the station gave no schedule, or none for that time, which proves neither side. */
export type Confirmation =
  | { kind: 'confirmed' }
  | { kind: 'contradicted'; atMs: number; askedW: number; readW: number }
  | { kind: 'silent' }

/** Compares at each begin of a segment inside the answer; lower than asked is confirmed too (another limit may be in force). */
export function confirmTimeline(
  answer: CentralResponse<'GetCompositeSchedule'>,
  segments: readonly Segment[],
  traits: Traits,
): Confirmation {
  let seen = 0
  for (const { startMs, limitW } of segments) {
    const readW = compositeLimitW(answer, startMs, traits)
    if (readW === undefined) continue
    seen += 1
    const askedW = renderLimit(limitW, traits).limit * wattsPerUnit(traits)
    // A station that answers in its other unit rounds once more: allow a tenth of an ampere on each phase.
    if (readW > askedW + 0.1 * traits.phases * traits.voltageV) return { kind: 'contradicted', atMs: startMs, askedW, readW }
  }
  return seen === 0 ? { kind: 'silent' } : { kind: 'confirmed' }
}

/** The limit that the station says it will follow at `timeMs`, in watts; undefined where it says nothing. */
export function compositeLimitW(answer: CentralResponse<'GetCompositeSchedule'>, timeMs: number, traits: Traits): number | undefined {
  const { chargingSchedule, scheduleStart } = answer
  if (answer.status !== 'Accepted' || chargingSchedule === undefined) return undefined
  const startMs = parseTimestamp(scheduleStart ?? chargingSchedule.startSchedule ?? '')
  if (startMs === undefined) return undefined
  const offsetS = (timeMs - startMs) / 1000
  if (offsetS < 0 || offsetS >= (chargingSchedule.duration ?? Number.POSITIVE_INFINITY)) return undefined
  return limitAt(chargingSchedule, offsetS, traits.voltageV)
}

function limitAt({ chargingRateUnit, chargingSchedulePeriod }: ChargingSchedule, offsetS: number, voltageV: number): number | undefined {
  const period = chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= offsetS)
  if (period === undefined) return undefined
  return chargingRateUnit === 'W' ? period.limit : period.limit * voltageV * (period.numberPhases ?? 3)
}
