/** Date-times of openadr3.yaml, as they should be and as VTNs send them. */
import { describe, expect, it } from 'vitest'
import { formatDateTime, isNow, parseDateTime } from '../../../gateway/openadr3/date-time.ts'

const noonMs = Date.UTC(2026, 6, 15, 12)

describe('parseDateTime', () => {
  it.each([
    '2026-07-15T12:00:00Z',
    '2026-07-15t12:00:00z',
    '2026-07-15T12:00:00.000Z',
    '2026-07-15T12:00:00.0001234Z',
    '2026-07-15T05:00:00-07:00',
    '2026-07-15T14:00:00+0200',
    '2026-07-15 12:00:00',
    '2026-07-15 12:00:00.000123+00:00',
  ])('reads %s', (text) => {
    expect(parseDateTime(text)).toBe(noonMs)
  })

  it.each(['', 'now', '2026-07-15', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-07-15T25:00:00Z', '15.07.2026 12:00:00'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseDateTime(text)).toThrow(RangeError)
    },
  )

  it('reads what formatDateTime writes', () => {
    expect(formatDateTime(noonMs)).toBe('2026-07-15T12:00:00Z')
    expect(parseDateTime(formatDateTime(noonMs + 1))).toBe(noonMs + 1)
  })
})

describe('isNow', () => {
  it.each(['0001-01-01', '0000-00-00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+00:00'])('is true of %s', (text) => {
    expect(isNow(text)).toBe(true)
  })
  it.each(['0001-01-02', '0001-01-01T00:00:01Z', '2026-01-01T00:00:00Z', ''])('is false of "%s"', (text) => {
    expect(isNow(text)).toBe(false)
  })
})
