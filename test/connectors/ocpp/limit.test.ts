/** Watts into a station's own numbers, always rounded down. */
import { describe, expect, it } from 'vitest'
import { renderLimit } from '../../../connectors/ocpp/limit.ts'

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

  it('stays below by a hair too, where the division rounds up', () => {
    expect(renderLimit(0.8999999999999999, { ...station, unit: 'W' })).toEqual({ limit: 0.8 })
    expect(renderLimit(1.7999999999999998, { ...station, unit: 'W' })).toEqual({ limit: 1.7 })
  })
})
