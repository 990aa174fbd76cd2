/** Times: every ISO 8601 spelling that stations use, read in UTC whatever this host's zone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTimestamp, parseTimestamp } from '../../../../connectors/ocpp/wire/timestamp.ts'

const NOON_MS = Date.UTC(2026, 5, 1, 12)

describe('parseTimestamp', () => {
  it.each([
    ['2026-06-01T12:00:00Z', 0],
    ['2026-06-01T12:00:00', 0],
    ['2026-06-01T12:00Z', 0],
    ['2026-06-01 12:00:00z', 0],
    ['2026-06-01T14:00:00+02:00', 0],
    ['2026-06-01T08:30:00-0330', 0],
    ['2026-06-01T12:00:00.5Z', 500],
    ['2026-06-01T12:00:00.123456789Z', 123],
  ])('reads %s', (text, offsetMs) => {
    expect(parseTimestamp(text)).toBe(NOON_MS + offsetMs)
  })

  it.each(['', 'noon', '2026-13-01T00:00:00Z', '2026-02-29T00:00:00Z', '2026-06-01T25:00:00Z', '1780000000', '2026-06-01'])(
    'refuses %j',
    (text) => {
      expect(parseTimestamp(text)).toBeUndefined()
    },
  )

  it('reads back what formatTimestamp writes, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (timeMs) => {
        expect(parseTimestamp(formatTimestamp(timeMs))).toBe(Math.floor(timeMs / 1000) * 1000)
      }),
    )
  })
})
