/** Exact fractions: the laws of arithmetic, and no way to lose a digit. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as exact from '../../../../processors/settlement/exact/rational.ts'

const big = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n })
const fractions = fc.tuple(big, fc.bigInt({ min: 1n, max: 10n ** 20n })).map(([num, den]) => exact.rational(num, den))

describe('fractions', () => {
  it('keep the laws of arithmetic', () => {
    fc.assert(
      fc.property(fractions, fractions, fractions, (a, b, c) => {
        expect(exact.add(a, b)).toEqual(exact.add(b, a))
        expect(exact.multiply(a, exact.add(b, c))).toEqual(exact.add(exact.multiply(a, b), exact.multiply(a, c)))
        expect(exact.subtract(exact.add(a, b), b)).toEqual(a)
        if (b.num !== 0n) expect(exact.divide(exact.multiply(a, b), b)).toEqual(a)
      }),
    )
  })

  it('stand in lowest terms with the sign above', () => {
    expect(exact.rational(6n, -8n)).toEqual({ num: -3n, den: 4n })
    expect(exact.rational(0n, -5n)).toEqual(exact.ZERO)
    expect(() => exact.rational(1n, 0n)).toThrow(/must not be zero/)
    expect(() => exact.divide(exact.ONE, exact.ZERO)).toThrow(RangeError)
  })

  it('compare and clamp', () => {
    fc.assert(
      fc.property(fractions, fractions, fractions, (value, x, y) => {
        const [low, high] = exact.compare(x, y) <= 0 ? [x, y] : [y, x]
        const held = exact.clamp(value, low, high)
        expect(exact.compare(low, held) <= 0 && exact.compare(held, high) <= 0).toBe(true)
        const inside = exact.compare(low, value) <= 0 && exact.compare(value, high) <= 0
        if (inside) expect(held).toEqual(value)
      }),
    )
    expect(() => exact.clamp(exact.ONE, exact.ONE, exact.ZERO)).toThrow(/lower limit/)
  })

  it('are read from decimals and quotients and printed back', () => {
    expect(exact.parseRational('1.2')).toEqual({ num: 6n, den: 5n })
    expect(exact.parseRational('-0.05')).toEqual({ num: -1n, den: 20n })
    expect(exact.formatRational(exact.parseRational('10/14'))).toBe('5/7')
    for (const text of ['', '1e3', '1,2', '1/2/3', 'NaN']) expect(() => exact.parseRational(text)).toThrow(/no exact number/)
  })
})
