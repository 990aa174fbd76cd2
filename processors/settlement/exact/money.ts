/** Answers for amounts of money: exact while they are computed, millionths in records, minor units on a statement. */
import { allocateRounded } from './allocation.ts'
import { type Rational, rational } from './rational.ts'
import { round } from './rounding.ts'

/** Millionths of the currency's main unit: 1 USD = 1,000,000. */
export type MicroUnits = bigint

const WH_PER_KWH = 1_000n
const WH_PER_MWH = 1_000_000n

/** Exact amount, in millionths, for an energy in Wh at a price in millionths per kWh. */
export function amountPerKwh(energyWh: number, pricePerKwh: MicroUnits): Rational {
  return rational(BigInt(energyWh) * pricePerKwh, WH_PER_KWH)
}

/** Exact amount, in millionths, for an energy in Wh at a price in millionths per MWh. */
export function amountPerMwh(energyWh: number, pricePerMwh: MicroUnits): Rational {
  return rational(BigInt(energyWh) * pricePerMwh, WH_PER_MWH)
}

export function toMicroUnits(amount: Rational): MicroUnits {
  return round(amount)
}

/**
 * Statement lines in minor units (cents) whose sum is the rounded sum of the amounts.
 * `microsPerMinor` is 10,000 for currencies with two decimals, 1,000,000 for those with none.
 */
export function toStatementLines(amounts: readonly MicroUnits[], microsPerMinor = 10_000n): bigint[] {
  return allocateRounded(amounts.map((amount) => rational(amount, microsPerMinor)))
}
