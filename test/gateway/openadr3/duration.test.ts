/** Durations of openadr3.yaml, valid and not. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../../gateway/openadr3/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['PT1H', 3600],
    ['P1D', 86_400],
    ['P2W', 1_209_600],
    ['P1DT2H3M4S', 93_784],
    ['PT0S', 0],
    ['P0D', 0],
    ['PT0.5S', 0.5],
    ['P9999Y', Number.POSITIVE_INFINITY],
    ['P0Y1D', 86_400],
  ])('reads %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  it.each(['', 'P', 'PT', 'P1DT', '1H', 'PT1', '-PT1H', 'P1H', 'PT1D', 'P1Y', 'P2M', 'PT1H ', 'pt1h', 'PT99999999999999999S'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseDuration(text)).toThrow(RangeError)
    },
  )

  it('reads what formatDuration writes', () => {
    fc.assert(fc.property(fc.nat(1_000_000_000), (seconds) => parseDuration(formatDuration(seconds)) === seconds))
  })
})
