/** Answers for the one rounding rule of settlement: half to even. */
import type { Rational } from './rational.ts'

/**
 * The name of the rule, as records and statements cite it.
 * Means of ten days end in exactly one half in every tenth case; rounding these away from zero would
 * add a bias that grows with the fleet, rounding them to even does not.
 */
export const ROUNDING_RULE = 'half-even'

/** The integer nearest to `num / den`; of two equally near ones the even one. `den` > 0. */
export function roundQuotient(num: bigint, den: bigint): bigint {
  const negative = num < 0n
  const size = negative ? -num : num
  const floor = size / den
  const twice = (size - floor * den) * 2n
  const up = twice > den || (twice === den && (floor & 1n) === 1n)
  const rounded = up ? floor + 1n : floor
  return negative ? -rounded : rounded
}

export function round(value: Rational): bigint {
  return roundQuotient(value.num, value.den)
}

/** Decimal text with a fixed number of places, rounded by the same rule: '1.207218'. */
export function toFixed(value: Rational, places: number): string {
  const scaled = roundQuotient(value.num * 10n ** BigInt(places), value.den)
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0')
  const sign = scaled < 0n ? '-' : ''
  const whole = digits.slice(0, digits.length - places)
  return places === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-places)}`
}
