/** Resets, roll-overs, changes of scale and exchanged meters never make negative energy. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { energyBetween } from '../../../processors/normalizer/energy-between.ts'

const RATED_W = 7000
const between = (fromWh: number, toWh: number, minutes = 15) =>
  energyBetween({ atMs: 0, registerWh: fromWh }, { atMs: minutes * 60_000, registerWh: toWh }, RATED_W)

describe('the energy between two samples', () => {
  it.each([
    ['grows', 50_000, 51_750, { energyWh: 1750, quality: 'measured', event: '' }],
    ['stands still', 50_000, 50_000, { energyWh: 0, quality: 'measured', event: '' }],
    ['grows by more than the rating, which may be wrong', 50_000, 81_750, { energyWh: 31_750, quality: 'measured', event: '' }],
    ['starts again from 0', 50_000, 1200, { energyWh: 1200, quality: 'estimated', event: 'register-reset' }],
    ['rolls over at six digits', 999_500, 700, { energyWh: 1200, quality: 'measured', event: 'register-rollover' }],
    ['rolls over at 32 bits', 2 ** 32 - 100, 900, { energyWh: 1000, quality: 'measured', event: 'register-rollover' }],
    ['turns from Wh to kWh read as Wh', 7_654_321, 7655, { energyWh: 679, quality: 'estimated', event: 'register-rescaled' }],
    ['turns from kWh read as Wh to Wh', 76_540, 76_541_200, { energyWh: 1, quality: 'estimated', event: 'register-rescaled' }],
    ['is that of another meter', 500_000, 123_456, { energyWh: 0, quality: 'estimated', event: 'register-replaced' }],
  ])('is told where the register %s', (_, fromWh, toWh, expected) => {
    expect(between(fromWh, toWh)).toEqual(expected)
  })

  it('is never negative, and the difference wherever the register did not jump', () => {
    const wh = fc.integer({ min: 0, max: 2 ** 40 })
    fc.assert(
      fc.property(wh, wh, fc.integer({ min: 1, max: 10_000 }), (fromWh, toWh, minutes) => {
        expect(between(fromWh, toWh, minutes).energyWh).toBeGreaterThanOrEqual(0)
      }),
    )
    fc.assert(
      fc.property(wh, fc.integer({ min: 0, max: 8000 }), (fromWh, energyWh) => {
        expect(between(fromWh, fromWh + energyWh, 15)).toEqual({ energyWh, quality: 'measured', event: '' })
      }),
    )
  })
})
