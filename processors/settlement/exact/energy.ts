/** Answers for the step from an exact energy to the integer watt-hours that are settled. */
import type { Rational } from './rational.ts'
import { roundQuotient } from './rounding.ts'

/** Watt-hours, rounded half to even. To be called once per value, after every adjustment. */
export function toWh(energy: Rational): number {
  return toWhQuotient(energy.num, energy.den)
}

/** As `toWh`, for a fraction that need not be in lowest terms. Throws RangeError beyond 2^53 Wh. */
export function toWhQuotient(num: bigint, den: bigint): number {
  const energyWh = Number(roundQuotient(num, den))
  if (!Number.isSafeInteger(energyWh)) {
    throw new RangeError(`energy of ${num}/${den} Wh is beyond 2^53 Wh: check the unit of its source`)
  }
  return energyWh
}
