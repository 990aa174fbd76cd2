/** The one rounding rule: half to even, alike on both sides of zero. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toWh } from '../../../../processors/settlement/exact/energy.ts'
import { rational } from '../../../../processors/settlement/exact/rational.ts'
import { round, toFixed } from '../../../../processors/settlement/exact/rounding.ts'

describe('rounding', () => {
  it.each([
    [1n, 2n, 0n],
    [3n, 2n, 2n],
    [5n, 2n, 2n],
    [-1n, 2n, 0n],
    [-3n, 2n, -2n],
    [-5n, 2n, -2n],
    [3005n, 3n, 1002n],
    [7n, 1n, 7n],
  ])('%d / %d is %d', (num, den, whole) => {
    expect(round(rational(num, den))).toBe(whole)
  })

  it('is never further off than one half, and symmetric', () => {
    const nums = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
    fc.assert(
      fc.property(nums, fc.bigInt({ min: 1n, max: 10n ** 6n }), (num, den) => {
        const off = num - round(rational(num, den)) * den
        expect((off < 0n ? -off : off) * 2n <= den).toBe(true)
        expect(round(rational(-num, den))).toBe(-round(rational(num, den)))
      }),
    )
  })

  it('prints decimals by the same rule', () => {
    expect(toFixed(rational(1207218n, 1000000n), 6)).toBe('1.207218')
    expect(toFixed(rational(-1n, 3n), 2)).toBe('-0.33')
    expect(toFixed(rational(5n, 2n), 0)).toBe('2')
  })

  it('refuses energies that a number can not hold exactly', () => {
    expect(toWh(rational(2n ** 53n - 1n))).toBe(Number.MAX_SAFE_INTEGER)
    expect(() => toWh(rational(2n ** 53n))).toThrow(/check the unit/)
  })
})
