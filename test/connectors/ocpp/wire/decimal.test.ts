/** Decimals: exact where binary fractions are not, and refused where they are no numbers. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDecimal, roundToInteger } from '../../../../connectors/ocpp/wire/decimal.ts'

describe('parseDecimal', () => {
  it.each([
    ['1.005', 1_005_000_000n],
    ['0', 0n],
    ['-0.5', -500_000_000n],
    ['.5', 500_000_000n],
    ['7.', 7_000_000_000n],
    [' 12 ', 12_000_000_000n],
    ['1.5e3', 1_500_000_000_000n],
    ['25E-1', 2_500_000_000n],
    ['0.1234567891', 123_456_789n],
  ])('reads %j', (text, billionths) => {
    expect(parseDecimal(text)).toBe(billionths)
  })

  it.each(['', '.', '12,5', 'NaN', 'Infinity', '0x10', '1 000', 'e5', '1e999', '1234567890123456'])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined()
  })
})

describe('roundToInteger', () => {
  it('rounds to the nearest, halves up, and is monotone', () => {
    expect([-1_500_000_000n, -500_000_001n, -500_000_000n, 499_999_999n, 500_000_000n].map(roundToInteger)).toEqual([-1, -1, 0, 0, 1])
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.bigInt(0n, 10n ** 18n), (low, more) => {
        expect(Number(roundToInteger(low + more))).toBeGreaterThanOrEqual(Number(roundToInteger(low)))
      }),
    )
  })

  it('refuses what a double cannot hold exactly', () => {
    expect(roundToInteger(10n ** 26n)).toBeUndefined()
  })
})
