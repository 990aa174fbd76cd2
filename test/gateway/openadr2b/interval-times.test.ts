/** Where a signal's intervals fall on the clock. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { intervalTimes } from '../../../gateway/openadr2b/interval-times.ts'

const startMs = Date.UTC(2026, 6, 1, 15)
const minute = 60_000

it('puts intervals one after the other from the start of the period', () => {
  const found = intervalTimes({ startMs, durationS: 1800 }, [
    { uid: '0', durationS: 900, value: 1 },
    { uid: '1', durationS: 900, value: 2 },
  ])
  expect(found).toEqual({
    ok: true,
    intervals: [
      { uid: '0', startMs, endMs: startMs + 15 * minute, value: 1 },
      { uid: '1', startMs: startMs + 15 * minute, endMs: startMs + 30 * minute, value: 2 },
    ],
  })
})

it('believes an interval its own start, and goes on from there', () => {
  const found = intervalTimes({ startMs, durationS: 3600 }, [
    { durationS: 900, value: 1 },
    { startMs: startMs + 20 * minute, durationS: 600, value: 2 },
    { durationS: 600, value: 3 },
  ])
  expect(found).toMatchObject({ ok: true, intervals: [{}, { startMs: startMs + 20 * minute }, { startMs: startMs + 30 * minute }] })
})

it.each([undefined, 0])('lets an interval of duration %s last until the next start or the end of the period', (durationS) => {
  const found = intervalTimes({ startMs, durationS: 3600 }, [
    { durationS, value: 1 },
    { startMs: startMs + 10 * minute, durationS, value: 2 },
  ])
  expect(found).toMatchObject({ ok: true, intervals: [{ endMs: startMs + 10 * minute }, { endMs: startMs + 60 * minute }] })
})

it('has no end in an open-ended period', () => {
  expect(intervalTimes({ startMs, durationS: 0 }, [{ durationS: 0, value: 1 }])).toEqual({
    ok: true,
    intervals: [{ uid: undefined, startMs, endMs: undefined, value: 1 }],
  })
})

it('names the interval that cannot be placed', () => {
  const unplaced = [{ value: 1 }, { uid: '1', durationS: 60, value: 2 }]
  expect(intervalTimes({ startMs, durationS: 3600 }, unplaced)).toEqual({ ok: false, reason: expect.stringContaining('interval 1') })
  const backward = [{ value: 1 }, { startMs: startMs - 1, value: 2 }]
  expect(intervalTimes({ startMs, durationS: 3600 }, backward)).toEqual({ ok: false, reason: expect.stringContaining('position 0') })
})

it('leaves no hole and no overlap where every interval has a duration', () => {
  const durations = fc.array(fc.integer({ min: 1, max: 86_400 }), { minLength: 1 })
  fc.assert(
    fc.property(durations, (seconds) => {
      const total = seconds.reduce((sum, n) => sum + n, 0)
      const found = intervalTimes(
        { startMs, durationS: total },
        seconds.map((durationS, value) => ({ durationS, value })),
      )
      if (!found.ok) throw new Error(found.reason)
      const ends = found.intervals.map((interval) => interval.endMs)
      expect(found.intervals.map((interval) => interval.startMs)).toEqual([startMs, ...ends.slice(0, -1)])
      expect(ends.at(-1)).toBe(startMs + total * 1000)
    }),
  )
})
