/** What a device shows of its meter is the meter, but for its clock, and for what a replacement takes away. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from './load-model.ts'
import { createMeter, type Limits } from './meter.ts'
import { shownMeter } from './shown-meter.ts'

const ORIGIN_MS = Date.UTC(2026, 5, 1)
const atMs = fc.integer({ min: 0, max: DAY_MS }).map((ms) => ORIGIN_MS + ms)
const offMs = fc.integer({ min: -HOUR_MS, max: HOUR_MS })
const options = { seed: 1, id: 'charger-0', ratedW: 7_360, leastW: 1_380, originMs: ORIGIN_MS }
const limit = (fromMs: number, untilMs: number, limitW: number): Limits => ({
  limitW: (timeMs) => (fromMs <= timeMs && timeMs < untilMs ? limitW : Number.POSITIVE_INFINITY),
  changesBetween: (afterMs, beforeMs) => [fromMs, untilMs].filter((timeMs) => afterMs < timeMs && timeMs < beforeMs),
})

test('property: its register tells what was metered, less what the replaced one had not told', () => {
  fc.assert(
    fc.property(atMs, offMs, fc.uniqueArray(atMs, { minLength: 2, maxLength: 20 }), (resetMs, off, times) => {
      const meter = createMeter(options)
      const shown = shownMeter(meter, { offMs: off, resetMs })
      const sorted = [...times].sort((a, b) => a - b)
      const toldWh = sorted.slice(1).reduce((wh, timeMs, index) => {
        const before = sorted[index] ?? timeMs
        const isReset = before < resetMs && resetMs <= timeMs
        return wh + shown.registerWh(timeMs + off) - (isReset ? 0 : shown.registerWh(before + off))
      }, 0)
      const [firstMs = 0, lastMs = 0] = [sorted[0], sorted.at(-1)]
      const lastBefore = sorted.findLast((timeMs) => timeMs < resetMs)
      const isWithin = lastBefore !== undefined && resetMs <= lastMs
      const lostWh = isWithin ? meter.registerWh(resetMs) - meter.registerWh(lastBefore) : 0
      expect(toldWh + lostWh).toBe(meter.registerWh(lastMs) - meter.registerWh(firstMs))
    }),
  )
})

test('property: a schedule is followed by its own clock', () => {
  fc.assert(
    fc.property(atMs, fc.integer({ min: 0, max: 8_000 }), offMs, atMs, (startMs, limitW, off, timeMs) => {
      const [meter, plain] = [createMeter(options), createMeter(options)]
      const shown = shownMeter(meter, { offMs: off, resetMs: undefined })
      shown.change(ORIGIN_MS + off, limit(startMs, startMs + HOUR_MS, limitW))
      plain.change(ORIGIN_MS, limit(startMs - off, startMs + HOUR_MS - off, limitW))
      expect([meter.registerWh(timeMs), meter.powerW(timeMs)]).toEqual([plain.registerWh(timeMs), plain.powerW(timeMs)])
      expect(shown.powerW(timeMs + off)).toBe(plain.powerW(timeMs))
      expect(shown.limitW(timeMs + off)).toBe(plain.limitW(timeMs))
    }),
  )
})
