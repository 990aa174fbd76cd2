/** A wrong clock is told from a late message. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClockVerdict, newWatch, noteStated } from '../../../connectors/delivery/clock-skew.ts'
import { NOW_MS } from '../ocpp/build.ts'

const MINUTE_MS = 60_000

/** Verdicts after each of the messages, given as minutes of receipt and the delay or lead of their time. */
function verdicts(messages: readonly (readonly [atMinute: number, skewMinutes: number])[]): readonly ClockVerdict[] {
  let watch = newWatch(NOW_MS)
  return messages.map(([minute, skew]) => {
    const receivedMs = NOW_MS + minute * MINUTE_MS
    watch = noteStated(watch, receivedMs + skew * MINUTE_MS, receivedMs).watch
    return watch.verdict
  })
}

describe('a clock', () => {
  test('that is ahead shows at once', () => {
    expect(
      verdicts([
        [0, 0],
        [1, 2],
      ]),
    ).toEqual(['right', 'ahead'])
  })

  test('is not behind because the device sends what it kept', () => {
    expect(
      verdicts([
        [0, -180],
        [0, -165],
        [0, -150],
        [1, -1],
        [11, -15],
        [12, 0],
      ]),
    ).not.toContain('behind')
  })

  test('is behind where nothing recent has come for ten minutes, and right again later', () => {
    expect(
      verdicts([
        [0, -60],
        [5, -60],
        [11, -60],
        [15, 0],
        [22, 0],
      ]),
    ).toEqual(['right', 'right', 'behind', 'behind', 'right'])
  })

  test('that was ahead is right again after ten minutes of right times', () => {
    expect(
      verdicts([
        [0, 90],
        [5, 0],
        [9, 0],
        [11, 0],
      ]),
    ).toEqual(['ahead', 'ahead', 'ahead', 'right'])
  })

  test('property: a right clock is never called wrong, whatever comes late, as long as something comes in time', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(delays, (late) => {
        const messages = late.flatMap((minutes, index) => [[index * 7, -minutes] as const, [index * 7, -1] as const])
        expect(new Set(verdicts(messages))).toEqual(new Set(['right']))
      }),
    )
  })
})

test('a skew is measured when a window ends, by the newest time in it', () => {
  const first = noteStated(newWatch(NOW_MS), NOW_MS - 9 * MINUTE_MS, NOW_MS)
  expect(first.skewMs).toBeUndefined()
  const second = noteStated(first.watch, NOW_MS + 9 * MINUTE_MS, NOW_MS + 10 * MINUTE_MS)
  expect(second.skewMs).toBe(-MINUTE_MS)
})
