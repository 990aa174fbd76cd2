/** The energy between two samples of a cumulative register, also where the register was reset, rolled over or rescaled. */
import type { Quality } from '../../schemas/common.ts'

/** A register at an instant. */
export interface Sample {
  readonly atMs: number
  readonly registerWh: number
}

/** What happened to the register between two samples; empty = nothing. */
export type RegisterEvent = '' | 'register-reset' | 'register-rollover' | 'register-replaced' | 'register-rescaled'

export interface EnergyBetween {
  readonly energyWh: number
  readonly quality: Quality
  readonly event: RegisterEvent
}

const HOUR_MS = 3_600_000
/** Where the rating is not known: more than any site on a single register draws. */
const UNRATED_W = 1_000_000
/** Registers count up to these, in Wh: five to nine decimal digits of Wh or kWh, and 32 bits. */
const LIMITS_WH = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 2 ** 31, 2 ** 32]
const SCALES = [10, 100, 1000]

/**
 * Rules, in this order; what a device "could" draw is twice its rating over the time, plus 100 Wh:
 * - not lower: the difference. Only where it is more than five times what the device could draw, and the register is 10, 100 or 1,000
 *   times what it could have come to, its scale was changed: the difference at the old scale, rounded down, estimated;
 * - lower, and a tenth, hundredth or thousandth of what it could have come to: the same, at the new scale;
 * - lower, from the last twentieth of a usual counting range, by what it could draw: a roll-over;
 * - lower, and the new count could be drawn from 0: a reset; the new count, estimated, since what came before the reset is not known;
 * - lower otherwise: another meter; energy 0, estimated. Never negative.
 */
export function energyBetween(from: Sample, to: Sample, ratedW: number): EnergyBetween {
  const couldWh = ((2 * (ratedW || UNRATED_W)) / HOUR_MS) * (to.atMs - from.atMs) + 100
  const difference = to.registerWh - from.registerWh
  if (difference >= 0 && difference <= 5 * couldWh) return { energyWh: difference, quality: 'measured', event: '' }
  const rescaled = SCALES.map((factor) => rescaledWh(from, to, factor)).find((energyWh) => energyWh >= 0 && energyWh <= couldWh)
  if (rescaled !== undefined && from.registerWh > 5 * couldWh) return estimated(rescaled, 'register-rescaled')
  if (difference >= 0) return { energyWh: difference, quality: 'measured', event: '' }
  const limit = LIMITS_WH.find((end) => from.registerWh < end && from.registerWh >= 0.95 * end && end + difference <= couldWh)
  if (limit !== undefined) return { energyWh: limit + difference, quality: 'measured', event: 'register-rollover' }
  return to.registerWh <= couldWh ? estimated(to.registerWh, 'register-reset') : estimated(0, 'register-replaced')
}

function estimated(energyWh: number, event: RegisterEvent): EnergyBetween {
  return { energyWh, quality: 'estimated', event }
}

/** The difference at the coarser of both scales: `to` counts in units `factor` times smaller when it grew, larger when it fell. */
function rescaledWh(from: Sample, to: Sample, factor: number): number {
  const atOldScaleWh = to.registerWh >= from.registerWh ? Math.floor(to.registerWh / factor) : to.registerWh * factor
  // A register that lost digits reads up to one of its new units too low.
  const lost = to.registerWh < from.registerWh && atOldScaleWh > from.registerWh - factor
  return lost ? Math.max(0, atOldScaleWh - from.registerWh) : atOldScaleWh - from.registerWh
}
