/** Watts into a station's own numbers, always rounded down. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderLimit } from '../../../../connectors/ocpp/limits/limit.ts'

const station = { unit: 'A', phases: 3, voltageV: 230, ratedW: 22_080 } as const

describe('renderLimit', () => {
  it.each([
    [11_040, 16],
    [11_039, 15.9],
    [11_109, 16.1],
    [0, 0],
    [-5, 0],
    [50_000, 32],
  ])('renders %d W as %d A on three phases', (limitW, limit) => {
    expect(renderLimit(limitW, station)).toEqual({ limit })
  })

  it('names the phases where they are not the three that a station assumes', () => {
    expect(renderLimit(2300, { ...station, phases: 1 })).toEqual({ limit: 10, numberPhases: 1 })
    expect(renderLimit(2300, { ...station, phases: 1, unit: 'W' })).toEqual({ limit: 2300, numberPhases: 1 })
  })

  it('property: the most tenths of a unit that whole watts allow, in exact integers', () => {
    const unit = fc.constantFrom('W' as const, 'A' as const)
    const phases = fc.constantFrom(1 as const, 2 as const, 3 as const)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        unit,
        phases,
        fc.integer({ min: 100, max: 277 }),
        (limitW, asked, count, voltageV) => {
          const { limit } = renderLimit(limitW, { unit: asked, phases: count, voltageV, ratedW: 1_000_000 })
          const tenths = Math.round(limit * 10)
          const wattsOfUnit = asked === 'W' ? 1 : count * voltageV
          expect(tenths * wattsOfUnit).toBeLessThanOrEqual(limitW * 10)
          expect((tenths + 1) * wattsOfUnit).toBeGreaterThan(limitW * 10)
          expect(limit).toBe(tenths / 10)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
