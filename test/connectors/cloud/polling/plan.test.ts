/** Calls for telemetry are spent where they are worth most, and leave no hole. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextPoll, type PollSituation } from '../../../../connectors/cloud/polling/plan.ts'
import type { Position } from '../../../../connectors/cloud/polling/position.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const NOON_MS = Date.UTC(2026, 6, 1, 12)
const timing: PollSituation['timing'] = {
  ...{ stepMs: 15 * MINUTE_MS, readyMs: 15 * MINUTE_MS, denseMs: 15 * MINUTE_MS },
  ...{ restatedDays: 2, longestMs: 28 * DAY_MS },
  daysOf: 'device',
}

const positionAt = (untilMs: number, changes: Partial<Position> = {}): Position => ({
  ...{ untilMs, restatedMs: NOON_MS, polledMs: untilMs, writtenMs: untilMs, digests: new Map() },
  ...changes,
})
const situation = (changes: Partial<PollSituation> = {}): PollSituation => ({
  ...{ position: positionAt(NOON_MS - HOUR_MS), segments: [], asked: undefined, timing, cadenceS: 0, zone: 'UTC' },
  ...{ spread: 0, nowMs: NOON_MS, ...changes },
})
const event = (fromHours: number, untilHours: number) => [{ startMs: NOON_MS + fromHours * HOUR_MS, endMs: NOON_MS + untilHours * HOUR_MS }]

describe('around an event', () => {
  test.each([
    [1, 3, 'event'],
    [2, 3, undefined],
    [-1, 1, 'event'],
    [-4, -2, 'event'],
    [-5, -3, undefined],
  ])('from %i to %i hours from now: %s', (from, until, why) => {
    expect(nextPoll(situation({ segments: event(from, until) }))?.why).toBe(why)
  })

  test('it is not asked before new values can be there', () => {
    const position = positionAt(NOON_MS - HOUR_MS, { polledMs: NOON_MS - 14 * MINUTE_MS })
    expect(nextPoll(situation({ segments: event(-1, 1), position }))).toBeUndefined()
    expect(nextPoll(situation({ segments: event(-1, 1), position: positionAt(NOON_MS - 15 * MINUTE_MS) }))).toBeUndefined()
  })
})

describe('otherwise', () => {
  test('a device is asked once a day, for the days that may have changed as well', () => {
    const position = positionAt(NOON_MS - 12 * HOUR_MS, { restatedMs: NOON_MS - 12 * HOUR_MS })
    expect(nextPoll(situation({ position }))).toMatchObject({
      why: 'restate',
      stretch: { fromMs: Date.UTC(2026, 5, 29), untilMs: NOON_MS - 15 * MINUTE_MS },
    })
    expect(nextPoll(situation())).toBeUndefined()
  })

  test('where values are expected more often it is asked at that pace', () => {
    expect(nextPoll(situation({ cadenceS: 900 }))).toMatchObject({ why: 'rest' })
    expect(nextPoll(situation({ cadenceS: 4 * 3600, position: positionAt(NOON_MS - HOUR_MS) }))).toMatchObject({ why: 'rest' })
    expect(nextPoll(situation({ cadenceS: 4 * 3600, spread: 0.5, position: positionAt(NOON_MS - HOUR_MS) }))).toBeUndefined()
  })

  test('a device that was never asked begins with its today', () => {
    const zone = 'America/Los_Angeles'
    expect(nextPoll(situation({ position: undefined, zone }))).toMatchObject({ stretch: { fromMs: Date.UTC(2026, 6, 1, 7) } })
  })

  test('what an outage left behind is got at once, as much in a call as the vendor gives', () => {
    const position = positionAt(NOON_MS - 60 * DAY_MS)
    expect(nextPoll(situation({ position }))?.stretch).toEqual({ fromMs: Date.UTC(2026, 4, 2), untilMs: Date.UTC(2026, 4, 30) })
  })
})

test('values that are missing are asked for before all else, from the start of their day', () => {
  const asked = { fromMs: NOON_MS - 5 * DAY_MS, untilMs: NOON_MS - 5 * DAY_MS + HOUR_MS }
  expect(nextPoll(situation({ asked, segments: event(-1, 1) }))).toMatchObject({
    why: 'asked',
    stretch: { fromMs: Date.UTC(2026, 5, 26), untilMs: asked.untilMs },
  })
})

test('property: whatever is due begins on a day, is no longer than a call may be, ends with what can be there, and leaves no hole', () => {
  const situations = fc.record({
    ago: fc.integer({ min: 0, max: 90 * 96 }),
    polledAgo: fc.integer({ min: 0, max: 96 }),
    cadenceS: fc.constantFrom(0, 900, 3600, 86_400),
    spread: fc.double({ min: 0, max: 0.999, noNaN: true }),
    now: fc.integer({ min: 0, max: 365 * 96 }),
    isEvent: fc.boolean(),
  })
  fc.assert(
    fc.property(situations, ({ ago, polledAgo, cadenceS, spread, now, isEvent }) => {
      const nowMs = Date.UTC(2026, 0, 1) + now * timing.stepMs
      const position = positionAt(nowMs - ago * timing.stepMs, { polledMs: nowMs - polledAgo * timing.stepMs, restatedMs: 0 })
      const segments = isEvent ? [{ startMs: nowMs, endMs: nowMs + HOUR_MS }] : []
      const due = nextPoll(situation({ nowMs, position, segments, cadenceS, spread, zone: 'America/Los_Angeles' }))
      if (!due) return
      const { fromMs, untilMs } = due.stretch
      const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' })
      expect(clock.format(fromMs)).toBe('00:00:00')
      expect(untilMs).toBeGreaterThan(fromMs)
      expect(untilMs - fromMs).toBeLessThanOrEqual(timing.longestMs)
      expect(untilMs).toBeLessThanOrEqual(nowMs - timing.readyMs)
      expect(fromMs).toBeLessThanOrEqual(position.untilMs)
    }),
    { numRuns: 300 },
  )
})
