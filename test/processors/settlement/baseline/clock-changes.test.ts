/** Baselines where clocks change: days are compared by the local clock, in both directions. */
import { describe, expect, it } from 'vitest'
import { localDay } from '../../../../processors/calendar/local-day.ts'
import { offsetMsAt } from '../../../../processors/calendar/zone-offset.ts'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import { rational } from '../../../../processors/settlement/exact/rational.ts'
import { expectBaseline, HOUR_MS, inputOf, localMs, MINUTE_MS, meanTen, type Story } from './build.ts'

const minuteOfDay = (utcMs: number, zone: string): number => ((utcMs + offsetMsAt(utcMs, zone)) / MINUTE_MS) % 1440

/** Load that depends on nothing but the local clock. */
const clockLoad = (zone: string, stepMs: number) => (startMs: number) => {
  const stepMinutes = stepMs / MINUTE_MS
  return 1000 + Math.floor(minuteOfDay(startMs, zone) / stepMinutes) * stepMinutes
}

type Clock = [day: string, minute: number]

function story(zone: string, [fromDay, from]: Clock, [untilDay, until]: Clock, stepMinutes: number, load?: Story['load']): Story {
  const stepMs = stepMinutes * MINUTE_MS
  return {
    zone,
    eventStartMs: localMs(fromDay, from, zone),
    eventEndMs: localMs(untilDay, until, zone),
    stepMs,
    load: load ?? clockLoad(zone, stepMs),
  }
}

describe('a load that follows the local clock is its own baseline', () => {
  const days = {
    'America/Los_Angeles': ['2025-03-09', '2025-03-10', '2025-03-16', '2025-11-02', '2025-11-03', '2025-11-09'],
    'Europe/Berlin': ['2025-03-30', '2025-03-31', '2025-04-06', '2025-10-26', '2025-10-27', '2025-11-02'],
    'Australia/Lord_Howe': ['2025-04-06', '2025-04-07', '2025-04-13', '2025-10-05', '2025-10-06', '2025-10-12'],
    'Asia/Kolkata': ['2025-03-30', '2025-10-26'],
  }
  const cases = Object.entries(days).flatMap(([zone, list]) => list.flatMap((day) => [5, 15, 30].map((step) => [zone, day, step] as const)))

  it.each(cases)('%s %s at %d minutes', (zone, day, step) => {
    for (const [from, until] of [
      [0, 5 * 60],
      [17 * 60, 21 * 60],
    ] as const) {
      const told = story(zone, [day, from], [day, until], step)
      const outcome = expectBaseline(evaluateBaseline(meanTen, inputOf(told)))
      expect(outcome.baselineWh).toEqual(outcome.intervalStartMs.map(told.load))
    }
  })

  it('on the half-hour grid of Asia/Kolkata at 60 minutes', () => {
    const told = story('Asia/Kolkata', ['2025-07-16', 17 * 60], ['2025-07-16', 20 * 60], 60)
    expect(told.eventStartMs % HOUR_MS).toBe(30 * MINUTE_MS)
    expect(expectBaseline(evaluateBaseline(meanTen, inputOf(told))).baselineWh).toEqual([2020, 2080, 2140])
  })
})

describe('the day of the change as the event day', () => {
  const hourly = (zone: string) => (startMs: number) => 1000 * (1 + Math.floor(minuteOfDay(startMs, zone) / 60))

  it.each([
    ['America/Los_Angeles', '2025-03-09', 4, [1000, 2000, 4000]],
    ['America/Los_Angeles', '2025-11-02', 3, [1000, 2000, 2000, 3000]],
    ['Europe/Berlin', '2025-03-30', 4, [1000, 2000, 4000]],
    ['Europe/Berlin', '2025-10-26', 4, [1000, 2000, 3000, 3000, 4000]],
  ])('%s %s', (zone, day, untilHour, want) => {
    const outcome = evaluateBaseline(meanTen, inputOf(story(zone, [day, 0], [day, untilHour * 60], 60, hourly(zone))))
    expect(expectBaseline(outcome).baselineWh).toEqual(want)
  })
})

describe('the day of the change in the history', () => {
  /** 100 Wh on one day, 10 Wh on all others, so that its samples can be counted. */
  const marked = (zone: string, day: string) => (startMs: number) => (localDay(startMs, zone) === day ? 100 : 10)

  it.each([
    ['America/Los_Angeles', '2025-03-09', '2025-03-16', [130n, 30n, 130n], [4n, 3n, 4n]],
    ['America/Los_Angeles', '2025-11-02', '2025-11-09', [230n, 130n, 130n], [5n, 4n, 4n]],
    ['Europe/Berlin', '2025-03-30', '2025-04-06', [130n, 30n, 130n], [4n, 3n, 4n]],
    ['Europe/Berlin', '2025-10-26', '2025-11-02', [130n, 230n, 130n], [4n, 5n, 4n]],
  ])('%s: hours 1 to 3 with %s in the pool of %s', (zone, changeDay, eventDay, sums, counts) => {
    const told = story(zone, [eventDay, 60], [eventDay, 240], 60, marked(zone, changeDay))
    const outcome = expectBaseline(evaluateBaseline(meanTen, inputOf(told)))
    expect(outcome.daysUsed).toContain(changeDay)
    expect(outcome.unadjusted).toEqual(sums.map((sum, i) => rational(sum, counts[i])))
  })

  it('refuses an interval that no chosen day has', () => {
    const lone = { ...meanTen, groups: [{ dayKinds: ['sunday' as const], lookbackDays: 10, poolDays: 1, chosenDays: 1, minDays: 1 }] }
    const told = story('America/Los_Angeles', ['2025-03-16', 60], ['2025-03-16', 240], 60, () => 10)
    expect(evaluateBaseline(lone, inputOf(told))).toMatchObject({ kind: 'no-baseline', reason: 'no-samples-for-interval' })
  })
})

describe('an event over midnight', () => {
  const zone = 'America/Los_Angeles'

  it('reads the evening of a day and the morning after it', () => {
    // Monday stands out: its evening follows it into the pool, its morning belongs to Sunday, which is no weekday.
    const load = (startMs: number) => (localDay(startMs, zone) === '2025-07-14' ? 1000 : 100) + Math.floor(minuteOfDay(startMs, zone) / 60)
    const told = story(zone, ['2025-07-16', 22 * 60], ['2025-07-17', 2 * 60], 60, load)
    const outcome = expectBaseline(evaluateBaseline(meanTen, inputOf(told)))
    expect(outcome.unadjusted).toEqual([rational(2120n, 10n), rational(2130n, 10n), rational(100n), rational(101n)])
  })

  it('never takes its own hours for history when it lasts longer than a day', () => {
    const told = story(zone, ['2025-07-16', 20 * 60], ['2025-07-17', 22 * 60], 60, () => 1000)
    const outcome = expectBaseline(evaluateBaseline(meanTen, inputOf(told)))
    expect(outcome.daysLeftOut[0]).toEqual({ day: '2025-07-15', reason: 'event-day' })
    expect(outcome.daysUsed).toHaveLength(10)
  })
})
