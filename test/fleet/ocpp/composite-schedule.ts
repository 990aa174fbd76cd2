/** A charger's GetCompositeSchedule: what it says it will follow from now on. */

import type { DeviceTraits } from '../traits.ts'
import { boundaries, type Installed, limitW, type Period } from './charging-profile.ts'

/** As GetCompositeSchedule of 1.6 answers; `request` names the duration and the unit in either version. */
export type CompositeSchedule = {
  status: 'Accepted'
  connectorId: number
  scheduleStart: string
  chargingSchedule: { duration: number; startSchedule: string; chargingRateUnit: 'A' | 'W'; chargingSchedulePeriod: Period[] }
}

export function compositeSchedule(
  installed: readonly Installed[],
  traits: DeviceTraits,
  request: Record<string, unknown>,
  nowMs: number,
): CompositeSchedule {
  const durationS = Number(request.duration)
  const startMs = Math.floor(nowMs / 1000) * 1000
  const unit = request.chargingRateUnit === 'A' || (request.chargingRateUnit === undefined && traits.units === 'Current') ? 'A' : 'W'
  const cuts = [startMs, ...boundaries(installed, startMs, startMs + durationS * 1000)]
  const periods: Period[] = cuts.map((cutMs) => {
    const watts = Math.min(limitW(installed, cutMs, traits.voltageV), traits.ratedW)
    const limit = unit === 'W' ? watts : watts / (traits.voltageV * traits.phases)
    return {
      startPeriod: (cutMs - startMs) / 1000,
      limit: Math.floor(limit * 10 + 1e-6) / 10,
      ...(traits.phases === 3 ? {} : { numberPhases: traits.phases }),
    }
  })
  const startSchedule = new Date(startMs).toISOString()
  return {
    status: 'Accepted',
    connectorId: Number(request.connectorId ?? request.evseId),
    scheduleStart: startSchedule,
    chargingSchedule: { duration: durationS, startSchedule, chargingRateUnit: unit, chargingSchedulePeriod: periods },
  }
}
