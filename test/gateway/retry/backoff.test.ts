/** Retries are spaced, capped, spread, and the same in every run. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffMs } from '../../../gateway/retry/backoff.ts'

const limits = { firstMs: 1_000, capMs: 60_000 }

it('doubles from half to all of the first delay, up to the cap', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (name, failures) => {
      const fullMs = Math.min(60_000, 1_000 * 2 ** (failures - 1))
      const delayMs = backoffMs(name, failures, limits)
      expect(delayMs).toBeGreaterThanOrEqual(fullMs / 2)
      expect(delayMs).toBeLessThanOrEqual(fullMs)
      expect(backoffMs(name, failures, limits)).toBe(delayMs)
    }),
  )
})

it('keeps VENs apart', () => {
  const delays = Array.from({ length: 100 }, (_, index) => backoffMs(`ven ${index}`, 5, limits))
  expect(new Set(delays).size).toBeGreaterThan(95)
})
