/** Date-times of the wire to epoch milliseconds and back. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDateTime, parseDateTime } from '../../../gateway/openadr2b/date-time.ts'

const noonMs = Date.UTC(2026, 6, 1, 12)

it.each([
  ['2026-07-01T12:00:00Z', noonMs],
  ['2026-07-01T12:00:00', noonMs],
  ['2026-07-01T12:00:00.Z', noonMs],
  ['2026-07-01T12:00:00.5Z', noonMs + 500],
  ['2026-07-01T12:00:00.123456Z', noonMs + 123],
  ['2026-07-01T14:00:00+02:00', noonMs],
  ['2026-07-01T06:30:00-05:30', noonMs],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['0099-01-01T00:00:00Z', Date.parse('0099-01-01T00:00:00Z')],
])('reads %s', (text, atMs) => {
  expect(parseDateTime(text)).toBe(atMs)
})

it.each([
  ['2026-02-29T00:00:00Z', 'exist'],
  ['2026-13-01T00:00:00Z', 'exist'],
  ['2026-07-01T24:00:00Z', 'exist'],
  ['2026-07-01T12:60:00Z', 'exist'],
  ['2026-07-01T12:00:00+15:00', 'offset'],
  ['2026-07-01', 'not a date-time'],
  ['2026-07-01 12:00:00Z', 'not a date-time'],
  ['1782907200', 'not a date-time'],
  ['', 'not a date-time'],
])('refuses %s', (text, problem) => {
  expect(() => parseDateTime(text)).toThrow(problem)
})

it('every millisecond of the years 0 to 9999 comes back', () => {
  const atMs = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') })
  fc.assert(fc.property(atMs, (value) => parseDateTime(formatDateTime(value)) === value))
})

it.each([Number.NaN, 0.5, 8.64e15])('does not write %d', (atMs) => {
  expect(() => formatDateTime(atMs)).toThrow(RangeError)
})
