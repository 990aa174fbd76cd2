/** The fleet's own books: history, meter and load model agree to the watt-hour, and every draw is repeatable. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFleet } from './fleet.ts'
import { blocksOfDay, DAY_MS, HOUR_MS, naturalWms } from './load-model.ts'
import { createMeter } from './meter.ts'
import { type Installed, limitsOf } from './ocpp/charging-profile.ts'

const QUARTER_MS = HOUR_MS / 4
const START_MS = Date.UTC(2026, 5, 1, 17, 3, 20)
const fleet = createFleet({ devices: 60, seed: 1, url: 'ws://127.0.0.1:9/ocpp', clock: { nowMs: () => START_MS, rate: 1 }, password: 'x' })
const midnightMs = Math.floor(START_MS / DAY_MS) * DAY_MS

describe('historyWh', () => {
  it('is a whole number of Wh in every quarter hour, so that quarters add up to days', () => {
    for (const id of fleet.ids()) {
      const fromMs = midnightMs - 45 * DAY_MS
      const quarters = fleet.historyIntervalsWh(id, fromMs, QUARTER_MS, 45 * 96)
      expect(quarters.reduce((sum, wh) => sum + wh, 0)).toBe(fleet.historyWh(id, fromMs, midnightMs))
      const { ratedW, standingLimitW } = fleet.traitsOf(id)
      for (const [index, wh] of quarters.slice(0, 960).entries()) {
        const startMs = fromMs + index * QUARTER_MS
        expect(naturalWms(1, id, standingLimitW ?? ratedW, startMs, startMs + QUARTER_MS)).toBe(wh * HOUR_MS)
      }
    }
  })

  it('is what the meter shows where no event limits the charger, across the moment the fleet began', () => {
    for (const id of fleet.ids()) {
      for (const [fromMs, untilMs] of [
        [midnightMs - DAY_MS, midnightMs],
        [midnightMs - HOUR_MS, midnightMs + DAY_MS],
        [midnightMs, midnightMs + 9 * DAY_MS],
      ] as const) {
        expect(fleet.meterWh(id, fromMs, untilMs)).toBe(fleet.historyWh(id, fromMs, untilMs))
      }
    }
  })

  it('draws as a fleet does: most of it in the evening of working days', () => {
    const hour = (day: number, hourOfDay: number) =>
      fleet
        .ids()
        .reduce(
          (sum, id) =>
            sum +
            fleet.historyWh(id, midnightMs + day * DAY_MS + hourOfDay * HOUR_MS, midnightMs + day * DAY_MS + (hourOfDay + 1) * HOUR_MS),
          0,
        )
    expect(hour(1, 18)).toBeGreaterThan(3 * hour(1, 3))
    expect(hour(1, 18)).toBeGreaterThan(100_000)
  })

  it('is repeatable, and different for another seed', () => {
    expect(blocksOfDay(1, 'a', 7360, 20_000)).toEqual(blocksOfDay(1, 'a', 7360, 20_000))
    const days = (seed: number) => JSON.stringify(Array.from({ length: 10 }, (_, day) => blocksOfDay(seed, 'a', 7360, 20_000 + day)))
    expect(days(1)).not.toBe(days(2))
  })
})

describe('createMeter', () => {
  const busy = { seed: 1, id: 'charger-0', ratedW: 7360, leastW: 1380, originMs: midnightMs }
  const limited = (startMs: number, duration: number, limit: number, stackLevel: number): Installed => ({
    connectorId: 0,
    installedMs: startMs,
    profile: {
      chargingProfileId: stackLevel,
      stackLevel,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        duration,
        startSchedule: new Date(startMs).toISOString(),
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    },
  })

  it('property: its energy is the sum of its power second by second, under any limits', () => {
    const change = fc.record({
      afterS: fc.integer({ min: 0, max: 3_000 }),
      startS: fc.integer({ min: -600, max: 3_000 }),
      durationS: fc.integer({ min: 1, max: 4_000 }),
      limitW: fc.integer({ min: 0, max: 8_000 }),
      stackLevel: fc.integer({ min: 0, max: 2 }),
    })
    const firstMs = midnightMs + 18 * HOUR_MS
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const meter = createMeter(busy)
        let atMs = firstMs
        for (const { afterS, startS, durationS, limitW, stackLevel } of changes) {
          atMs += afterS * 1000
          meter.change(atMs, limitsOf([limited(atMs + startS * 1000, durationS, limitW, stackLevel)], 230))
        }
        let wms = 0
        for (let timeMs = firstMs; timeMs < firstMs + 2 * HOUR_MS; timeMs += 1000) wms += meter.powerW(timeMs) * 1000
        const metered = meter.registerWh(firstMs + 2 * HOUR_MS) - meter.registerWh(firstMs)
        expect(Math.abs(metered - wms / HOUR_MS)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 30 },
    )
  })

  it('does not charge below 6 A', () => {
    const meter = createMeter(busy)
    meter.change(midnightMs, limitsOf([limited(midnightMs, 86_400, 1379, 0)], 230))
    expect(meter.registerWh(midnightMs + DAY_MS) - meter.registerWh(midnightMs)).toBe(0)
  })
})
