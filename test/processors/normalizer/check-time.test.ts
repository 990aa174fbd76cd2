/** A time is believed from 400 days before its receipt to a quarter of an hour after it, and what is not says what to do. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AHEAD_MS, BEHIND_MS, faultOfTime } from '../../../processors/normalizer/check-time.ts'

const receivedMs = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) })

test('property: within', () => {
  fc.assert(
    fc.property(receivedMs, fc.integer({ min: -BEHIND_MS, max: AHEAD_MS }), (atMs, offMs) => {
      expect(faultOfTime(atMs + offMs, atMs)).toBeNull()
    }),
  )
})

test('property: ahead of it, or as old as no reading is', () => {
  const beyond = fc.integer({ min: 1, max: 10 * BEHIND_MS })
  fc.assert(
    fc.property(receivedMs, beyond, (atMs, byMs) => {
      expect(faultOfTime(atMs + AHEAD_MS + byMs, atMs)).toMatch(/minutes after its receipt: set the clock of the device$/)
      expect(faultOfTime(atMs - BEHIND_MS - byMs, atMs)).toMatch(/more than 400 days before its receipt: set the clock of the device$/)
    }),
  )
})
