/** Money: exact amounts, lines that add up, and the worked ledger (reference settlement, F5). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateRounded, allocateShares } from '../../../../processors/settlement/exact/allocation.ts'
import { amountPerKwh, amountPerMwh, toMicroUnits, toStatementLines } from '../../../../processors/settlement/exact/money.ts'
import { add, type Rational, rational, ZERO } from '../../../../processors/settlement/exact/rational.ts'
import { round } from '../../../../processors/settlement/exact/rounding.ts'

const lines = fc.array(
  fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 1000n })).map(([num, den]) => rational(num, den)),
  { maxLength: 40 },
)

describe('lines', () => {
  it('add up to the rounded total, each within one unit of its exact value', () => {
    fc.assert(
      fc.property(lines, (exact) => {
        const rounded = allocateRounded(exact)
        expect(rounded.reduce((a, b) => a + b, 0n)).toBe(round(exact.reduce(add, ZERO)))
        rounded.forEach((whole, i) => {
          const { num, den } = exact[i] as Rational
          const off = whole * den - num
          expect(off < den && off > -den).toBe(true)
        })
      }),
    )
  })

  it('give the spare unit to the largest remainder, the earlier line on a tie', () => {
    expect(allocateRounded([rational(1n, 3n), rational(2n, 3n), rational(1n, 3n), rational(2n, 3n)])).toEqual([0n, 1n, 0n, 1n])
    expect(allocateRounded([rational(1n, 3n), rational(1n, 3n), rational(1n, 3n)])).toEqual([1n, 0n, 0n])
    expect(allocateRounded([])).toEqual([])
  })

  it('split a total by weights without losing a unit', () => {
    expect(allocateShares(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
    expect(allocateShares(-5n, [1n, 0n, 1n]).reduce((a, b) => a + b, 0n)).toBe(-5n)
    expect(() => allocateShares(1n, [0n, 0n])).toThrow(/above zero/)
  })
})

describe('amounts', () => {
  it('settles the ledger example: sold 7 kWh, delivered 6', () => {
    const [baselineWh, meteredWh, soldWh] = [7_000, 1_000, 7_000]
    const deviationWh = baselineWh - meteredWh
    const reward = toMicroUnits(amountPerMwh(soldWh, 100_000_000n))
    const imbalance = toMicroUnits(amountPerMwh(deviationWh - soldWh, 120_000_000n))
    expect([reward, imbalance, reward + imbalance]).toEqual([700_000n, -120_000n, 580_000n])
    expect(toStatementLines([reward, imbalance])).toEqual([70n, -12n])
  })

  it('stay exact until they are rounded', () => {
    expect(amountPerKwh(1, 1n)).toEqual({ num: 1n, den: 1000n })
    expect(toMicroUnits(amountPerKwh(1_500, 123_457n))).toBe(185_186n)
  })
})
