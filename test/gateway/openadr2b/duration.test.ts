/** Durations of the wire to seconds and back. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../../gateway/openadr2b/duration.ts'

it.each([
  ['PT0S', 0],
  ['P', 0],
  ['PT1S', 1],
  ['PT15M', 900],
  ['PT90M', 5_400],
  ['PT1H30M5S', 5_405],
  ['P1D', 86_400],
  ['P1DT1H', 90_000],
  ['+PT5M', 300],
  ['P2W', 1_209_600],
  ['2W', 1_209_600],
  ['P1D5H3M', 86_400 + 5 * 3_600 + 180],
  ['P0Y0M0DT1H', 3_600],
])('reads %s as %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

it.each([
  ['P1Y', 'years'],
  ['P1M', 'months'],
  ['P1Y2M3DT4H', 'years'],
  ['-PT5M', 'negative'],
  ['', 'not a duration'],
  ['15', 'not a duration'],
  ['PT', undefined],
  ['PT1.5S', 'not a duration'],
  ['PT1H ', 'not a duration'],
  ['pt1h', 'not a duration'],
  ['P1W2D', 'not a duration'],
  ['PT1M1H', 'not a duration'],
  ['PT99999999999999999999S', 'too long'],
])('%s: %s', (text, problem) => {
  if (problem === undefined) expect(parseDuration(text)).toBe(0)
  else expect(() => parseDuration(text)).toThrow(problem)
})

describe('property', () => {
  it('every whole number of seconds comes back', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (seconds) => parseDuration(formatDuration(seconds)) === seconds))
  })

  it('any spelling of days, hours, minutes and seconds adds up', () => {
    const part = fc.option(fc.nat(100_000), { nil: undefined })
    fc.assert(
      fc.property(part, part, part, part, (days, hours, minutes, seconds) => {
        const spell = (n: number | undefined, unit: string): string => (n === undefined ? '' : `${n}${unit}`)
        const text = `P${spell(days, 'D')}T${spell(hours, 'H')}${spell(minutes, 'M')}${spell(seconds, 'S')}`
        expect(parseDuration(text)).toBe((days ?? 0) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0))
      }),
    )
  })

  it('any other text is refused and never guessed at', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[+-]?P?[\dA-Z]*$/.test(text))
        expect(() => parseDuration(text)).toThrow(RangeError)
      }),
    )
  })
})

it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('does not write %d seconds', (seconds) => {
  expect(() => formatDuration(seconds)).toThrow(RangeError)
})
