/** Shares of a power that all devices of an event may draw together. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addRanges, type Range, shareOf } from '../../../processors/dispatch/share.ts'

const range = fc.nat(1_000_000).chain((mostW) => fc.record({ mostW: fc.constant(mostW), floorW: fc.nat(mostW) }))
const fleet = fc.array(range, { minLength: 1, maxLength: 50 })
const sumOf = (ranges: readonly Range[]): Range => ranges.reduce(addRanges, { mostW: 0, floorW: 0 })

describe('shares', () => {
  it('are together never above the limit, unless the floors alone are, and lack less than a watt each', () => {
    fc.assert(
      fc.property(fleet, fc.nat(60_000_000), (devices, limitW) => {
        const all = sumOf(devices)
        const togetherW = devices.reduce((sum, one) => sum + shareOf(limitW, one, all), 0)
        expect(togetherW).toBeLessThanOrEqual(Math.max(limitW, all.floorW))
        expect(togetherW).toBeGreaterThan(Math.min(Math.max(limitW, all.floorW), all.mostW) - devices.length)
      }),
    )
  })

  it('lie between the floor and the most of each device, and grow with the limit', () => {
    fc.assert(
      fc.property(fleet, fc.nat(60_000_000), fc.nat(60_000_000), (devices, a, b) => {
        const all = sumOf(devices)
        for (const one of devices) {
          const [less, more] = [shareOf(Math.min(a, b), one, all), shareOf(Math.max(a, b), one, all)]
          expect(less).toBeGreaterThanOrEqual(one.floorW)
          expect(more).toBeLessThanOrEqual(one.mostW)
          expect(less).toBeLessThanOrEqual(more)
        }
      }),
    )
  })

  it.each([
    ['by rating', 9_000, { mostW: 20_000, floorW: 0 }, { mostW: 60_000, floorW: 0 }, 3_000],
    ['floors first', 20_000, { mostW: 11_000, floorW: 4_000 }, { mostW: 30_000, floorW: 10_000 }, 7_500],
    ['too little for the floors', 1_000, { mostW: 11_000, floorW: 4_000 }, { mostW: 30_000, floorW: 10_000 }, 4_000],
    ['nobody is counted', 9_000, { mostW: 11_000, floorW: 0 }, { mostW: 0, floorW: 0 }, 0],
    ['a fleet beyond what a number holds exactly', 4e12, { mostW: 11_000_001, floorW: 0 }, { mostW: 9e12, floorW: 0 }, 4_888_889],
  ] as const)('%s', (_, limitW, own, all, shareW) => expect(shareOf(limitW, own, all)).toBe(shareW))
})
