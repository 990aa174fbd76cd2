/** No window of the quota's length, wherever it begins, holds more calls than the quota: whatever bursts come. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWindow } from '../../../../connectors/cloud/line/window.ts'

const WINDOW_S = 60

test('property: callers that wait until there is room never exceed the quota in any window', () => {
  const wants = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), wants, (calls, gapsMs) => {
      const window = createWindow({ calls, windowS: WINDOW_S })
      const made: number[] = []
      let nowMs = 1_000_000
      for (const gapMs of gapsMs) {
        nowMs += gapMs
        const atMs = window.roomAtMs(calls, nowMs)
        expect(Number.isFinite(atMs)).toBe(true)
        nowMs = atMs
        expect(window.roomAtMs(calls, nowMs)).toBe(nowMs)
        window.note(nowMs)
        made.push(nowMs)
      }
      for (const fromMs of made) {
        const inWindow = made.filter((atMs) => atMs >= fromMs && atMs < fromMs + WINDOW_S * 1000).length
        expect(inWindow).toBeLessThanOrEqual(calls)
      }
    }),
    { numRuns: 50 },
  )
})

test('a caller is not kept waiting longer than a division more than it must', () => {
  const window = createWindow({ calls: 10, windowS: WINDOW_S })
  window.note(0, 10)
  expect(window.roomAtMs(10, 1_000)).toBeLessThanOrEqual((WINDOW_S + 2 * (WINDOW_S / 60)) * 1000)
})

test('where no call at all is allowed there is never room', () => {
  expect(createWindow({ calls: 10, windowS: WINDOW_S }).roomAtMs(0, 5)).toBe(Number.POSITIVE_INFINITY)
})
