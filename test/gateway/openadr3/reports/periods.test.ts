/** Which periods a reportDescriptor asks for: startInterval, numIntervals, frequency, repeat, over the intervals of an event. */
import { describe, expect, it } from 'vitest'
import { type Event, event as eventSchema } from '../../../../gateway/openadr3/model/event.ts'
import { endedPeriods } from '../../../../gateway/openadr3/reports/periods.ts'
import { roundsOf } from '../../../../gateway/openadr3/reports/rounds.ts'
import { HOUR_MS, iso } from '../rig.ts'

const startMs = Date.UTC(2026, 6, 15, 12)
const LATER_MS = startMs + 100 * HOUR_MS

const anEvent = (descriptor: object, intervals = 6, change: object = {}): Event =>
  eventSchema.parse({
    id: 'e',
    programID: 'p',
    intervalPeriod: { start: iso(startMs), duration: 'PT1H' },
    intervals: Array.from({ length: intervals }, (_, id) => ({ id, payloads: [] })),
    reportDescriptors: [{ payloadType: 'USAGE', ...descriptor }],
    ...change,
  })

/** Hours from the start: from, until. */
function periods(event: Event, nowMs = LATER_MS): readonly (readonly [number, number])[] {
  const rounds = roundsOf(event, '3.1', nowMs)
  const [descriptor] = event.reportDescriptors ?? []
  if (!rounds || !descriptor) return []
  return endedPeriods(descriptor, rounds, nowMs).map(({ fromMs, untilMs }) => [(fromMs - startMs) / HOUR_MS, (untilMs - startMs) / HOUR_MS])
}

describe('a reportDescriptor', () => {
  it.each([
    ['nothing: one report on everything, after the last interval', {}, [[0, 6]]],
    ['startInterval 3: what precedes it', { startInterval: 3 }, [[0, 3]]],
    ['numIntervals 2: the last two', { numIntervals: 2 }, [[4, 6]]],
    ['startInterval 2, numIntervals 2: the two before', { startInterval: 2, numIntervals: 2 }, [[0, 2]]],
    [
      'frequency 2, repeat 2 from there',
      { startInterval: 2, numIntervals: 2, frequency: 2, repeat: 2 },
      [
        [0, 2],
        [2, 4],
      ],
    ],
    [
      'frequency -1: as numIntervals',
      { startInterval: 2, numIntervals: 2, repeat: -1 },
      [
        [0, 2],
        [2, 4],
        [4, 6],
      ],
    ],
    [
      'repeat -1: until the event ends',
      { startInterval: 1, numIntervals: 1, frequency: 1, repeat: -1 },
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
        [5, 6],
      ],
    ],
    [
      'startInterval 0: after the first step, since nothing precedes it',
      { startInterval: 0, numIntervals: 3, repeat: 2 },
      [
        [0, 3],
        [3, 6],
      ],
    ],
    [
      'frequency 1, numIntervals 3: overlapping reports',
      { startInterval: 3, numIntervals: 3, frequency: 1, repeat: 2 },
      [
        [0, 3],
        [1, 4],
      ],
    ],
    ['frequency 0, at need: once', { startInterval: 1, numIntervals: 1, frequency: 0, repeat: -1 }, [[0, 1]]],
    [
      'repeat 10: not beyond the last interval',
      { startInterval: 4, numIntervals: 2, repeat: 10 },
      [
        [2, 4],
        [4, 6],
      ],
    ],
    ['startInterval beyond the last interval: never', { startInterval: 9 }, []],
  ])('with %s', (_, descriptor, expected) => {
    expect(periods(anEvent(descriptor))).toEqual(expected)
  })

  it('has no report before its period has ended', () => {
    const event = anEvent({ startInterval: 1, numIntervals: 1, repeat: -1 })
    expect(periods(event, startMs + 3 * HOUR_MS - 1)).toHaveLength(2)
    expect(periods(event, startMs + 3 * HOUR_MS)).toHaveLength(3)
  })

  it('goes on through the rounds of a looping event', () => {
    const event = anEvent({ startInterval: 2, numIntervals: 2, repeat: -1 }, 2, { duration: 'PT6H' })
    expect(periods(event)).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
    ])
  })

  it('of an endless event looks back a week, not to the beginning', () => {
    const event = anEvent({ startInterval: 1, numIntervals: 1, repeat: -1 }, 2, { duration: 'P9999Y' })
    const found = periods(event, startMs + 3 * 365 * 24 * HOUR_MS)
    expect(found.length).toBeGreaterThanOrEqual(7 * 24 - 1)
    expect(found.length).toBeLessThanOrEqual(7 * 24 + 1)
  })

  it('of an event without intervals asks for nothing', () => {
    expect(periods(anEvent({}, 0))).toEqual([])
  })
})
