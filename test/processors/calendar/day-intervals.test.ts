/** The interval grid of local days, also where the clock changes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStep, intervalAt, intervalsOfDay } from '../../../processors/calendar/day-intervals.ts'
import { dayBoundsMs, nameOfDay } from '../../../processors/calendar/local-day.ts'

const MINUTE_MS = 60_000
const ZONES = ['America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Asia/Kathmandu']
const STEPS = [1, 5, 15, 30, 60]
const dayNumbers = fc.integer({ min: 18_000, max: 21_000 })

describe('intervals of a day', () => {
  it.each([
    ['America/Los_Angeles', '2025-03-09', 92],
    ['America/Los_Angeles', '2025-11-02', 100],
    ['Europe/Berlin', '2025-03-30', 92],
    ['Europe/Berlin', '2025-10-26', 100],
    ['Asia/Kolkata', '2025-03-30', 96],
    ['Australia/Lord_Howe', '2025-10-05', 94],
    ['Australia/Lord_Howe', '2025-04-06', 98],
  ])('%s %s has %d quarter hours', (zone, day, count) => {
    expect(intervalsOfDay(day, zone, 15 * MINUTE_MS)).toHaveLength(count)
  })

  it('skip the hour that spring skips and repeat the one that autumn repeats', () => {
    const hours = (day: string) => intervalsOfDay(day, 'America/Los_Angeles', 60 * MINUTE_MS).map((i) => i.clockMinute / 60)
    expect(hours('2025-03-09').slice(0, 4)).toEqual([0, 1, 3, 4])
    expect(hours('2025-11-02').slice(0, 4)).toEqual([0, 1, 1, 2])
  })

  it('cut the interval in which a clock moves by less than a step', () => {
    const around = (day: string) =>
      intervalsOfDay(day, 'Australia/Lord_Howe', 60 * MINUTE_MS)
        .slice(0, 4)
        .map((i) => [i.clockMinute / 60, (i.endMs - i.startMs) / MINUTE_MS])
    expect(around('2025-10-05')).toEqual([
      [0, 60],
      [1, 60],
      [2, 30],
      [3, 60],
    ])
    expect(around('2025-04-06')).toEqual([
      [0, 60],
      [1, 60],
      [1, 30],
      [2, 60],
    ])
  })

  it('cover the day without gap or overlap, whatever the zone, day and step', () => {
    fc.assert(
      fc.property(dayNumbers, fc.constantFrom(...ZONES), fc.constantFrom(...STEPS), (dayNumber, zone, minutes) => {
        const day = nameOfDay(dayNumber)
        const { startMs, endMs } = dayBoundsMs(day, zone)
        const intervals = intervalsOfDay(day, zone, minutes * MINUTE_MS)
        const ends = [startMs, ...intervals.map((interval) => interval.endMs)]
        expect(intervals.map((interval) => interval.startMs)).toEqual(ends.slice(0, -1))
        expect(ends.at(-1)).toBe(endMs)
        expect(intervals.every((interval) => interval.clockMinute % minutes === 0)).toBe(true)
      }),
    )
  })

  it('follow the local hour in zones of half hours', () => {
    const tenInKolkata = Date.UTC(2025, 6, 16, 4, 30)
    expect(intervalAt(tenInKolkata + 59 * MINUTE_MS, 'Asia/Kolkata', 60 * MINUTE_MS)).toEqual({
      startMs: tenInKolkata,
      endMs: tenInKolkata + 60 * MINUTE_MS,
      clockMinute: 600,
    })
  })

  it('refuse steps that do not divide the hour', () => {
    for (const stepMs of [0, -60_000, 7 * MINUTE_MS, 90 * MINUTE_MS, 1_000]) expect(() => checkStep(stepMs)).toThrow(/divide the hour/)
  })
})
