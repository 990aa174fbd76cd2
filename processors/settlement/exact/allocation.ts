/** Answers for rounded lines that add up to their rounded total. */
import { add, type Rational, rational, ZERO } from './rational.ts'
import { round } from './rounding.ts'

/**
 * Rounds exact lines to integers whose sum is the rounded sum of the lines (largest remainder).
 * Every line is one of the two integers around its exact value; of equal remainders the earlier line gains.
 */
export function allocateRounded(lines: readonly Rational[]): bigint[] {
  const floors = lines.map((line) => floorOf(line))
  const target = round(lines.reduce(add, ZERO))
  const missing = Number(target - floors.reduce((sum, floor) => sum + floor, 0n))
  const gaining = lines
    .map((line, index) => ({
      index,
      line,
      rest: line.num - (floors[index] ?? 0n) * line.den,
    }))
    .sort((a, b) => byRemainder(a.rest, a.line.den, b.rest, b.line.den) || a.index - b.index)
    .slice(0, missing)
  for (const { index } of gaining) floors[index] = (floors[index] ?? 0n) + 1n
  return floors
}

/**
 * Splits an integer total by weights ≥ 0, exactly: the parts add up to `total`.
 * Throws RangeError when no weight is positive.
 */
export function allocateShares(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  if (sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('shares: weights must be zero or more, and at least one above zero')
  }
  return allocateRounded(weights.map((weight) => rational(total * weight, sum)))
}

function floorOf(value: Rational): bigint {
  const quotient = value.num / value.den
  return value.num < 0n && value.num % value.den !== 0n ? quotient - 1n : quotient
}

function byRemainder(restA: bigint, denA: bigint, restB: bigint, denB: bigint): number {
  const difference = restB * denA - restA * denB
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
