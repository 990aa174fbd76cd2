/** Exact decimal arithmetic on OCPP's string values, so that "1.005" kWh is 1005 Wh and not 1004. */

/** A decimal as a whole number of billionths (1e-9). */
export type Billionths = bigint

const DECIMAL = /^([+-]?)(\d{0,15})(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/
const WHOLE = /^\d{1,15}$/
const ONE: Billionths = 1_000_000_000n

/** Text → billionths, digits beyond the ninth decimal cut off; undefined where the text is no plain decimal. */
export function parseDecimal(text: string): Billionths | undefined {
  // Most are registers in Wh.
  if (WHOLE.test(text)) return BigInt(text) * ONE
  const match = DECIMAL.exec(text.trim())
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const shift = 9 - fraction.length + Number(exponent)
  const digits = BigInt(whole + fraction)
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  return sign === '-' ? -magnitude : magnitude
}

/** Nearest whole number, halves up: monotone, so a register that grows never shrinks by rounding. Undefined beyond 2^53. */
export function roundToInteger(value: Billionths): number | undefined {
  const shifted = value + ONE / 2n
  const rounded = Number(shifted / ONE - (shifted < 0n && shifted % ONE !== 0n ? 1n : 0n))
  return Number.isSafeInteger(rounded) ? rounded : undefined
}
