/** Answers for arithmetic on exact fractions: nothing here ever rounds. */

/** `num / den` in lowest terms, `den` > 0. */
export type Rational = { readonly num: bigint; readonly den: bigint }

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

export const ZERO: Rational = { num: 0n, den: 1n }
export const ONE: Rational = { num: 1n, den: 1n }

/** A fraction in lowest terms. Throws RangeError on a zero denominator. */
export function rational(num: bigint, den = 1n): Rational {
  if (den === 0n) throw new RangeError(`fraction ${num}/0: the denominator must not be zero`)
  const sign = den < 0n ? -1n : 1n
  const common = gcd(num < 0n ? -num : num, den * sign)
  return { num: (num * sign) / common, den: (den * sign) / common }
}

/** Reads '1.2', '-3' or '5/7' without a detour through floating point. */
export function parseRational(text: string): Rational {
  const match = /^\s*([+-]?\d+)(?:\.(\d+)|\/(\d+))?\s*$/.exec(text)
  if (match === null) throw new RangeError(`"${text}" is no exact number: write '1.2' or '5/7'`)
  const [, whole = '0', decimals, denominator] = match
  if (denominator !== undefined) return rational(BigInt(whole), BigInt(denominator))
  if (decimals === undefined) return rational(BigInt(whole))
  return rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length))
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den + b.num * a.den, a.den * b.den)
}

export function subtract(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den - b.num * a.den, a.den * b.den)
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den)
}

/** Throws RangeError when `b` is zero: the caller states its own zero rule first. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den, a.den * b.num)
}

/** Negative, zero or positive, as `Array.sort` wants it. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.num * b.den - b.num * a.den
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** `value` held within `[low, high]`. Throws RangeError when low > high. */
export function clamp(value: Rational, low: Rational, high: Rational): Rational {
  if (compare(low, high) > 0) throw new RangeError('clamp: the lower limit is above the upper one')
  if (compare(value, low) < 0) return low
  return compare(value, high) > 0 ? high : value
}

export function formatRational(value: Rational): string {
  return value.den === 1n ? `${value.num}` : `${value.num}/${value.den}`
}

/** Both arguments ≥ 0; machine numbers are used as long as they hold the value exactly. */
function gcd(a: bigint, b: bigint): bigint {
  if (a <= MAX_SAFE && b <= MAX_SAFE) return BigInt(gcdOfNumbers(Number(a), Number(b)))
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

function gcdOfNumbers(a: number, b: number): number {
  let x = a
  let y = b
  while (y !== 0) {
    const rest = x % y
    x = y
    y = rest
  }
  return x
}
