/** Which days enter a baseline, which are left out, and the reason each carries. */
import { describe, expect, it } from 'vitest'
import { localDay } from '../../../../processors/calendar/local-day.ts'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import type { BaselineInput, OtherEvent } from '../../../../processors/settlement/baseline/input.ts'
import type { LeftOutReason } from '../../../../processors/settlement/baseline/outcome.ts'
import type { BaselineMethod, XOfYMethod } from '../../../../processors/settlement/baseline/terms.ts'
import { expectBaseline, expectNone, HOUR_MS, inputOf, intervalsOf, localMs, meanTen, type Story, tenInTen } from './build.ts'

const ZONE = 'America/Los_Angeles'
const DAY = '2025-07-16'
const eventStartMs = localMs(DAY, 17 * 60, ZONE)

const told = (load: Story['load'] = () => 1000): Story => {
  return { zone: ZONE, eventStartMs, eventEndMs: eventStartMs + 3 * HOUR_MS, stepMs: HOUR_MS, load }
}

const withUnit = (input: BaselineInput, known: Partial<BaselineInput['unit']>): BaselineInput => ({
  ...input,
  unit: { ...input.unit, ...known },
})

function reasonFor(day: string, method: BaselineMethod, input: BaselineInput): LeftOutReason | undefined {
  return expectBaseline(evaluateBaseline(method, input)).daysLeftOut.find((left) => left.day === day)?.reason
}

function groupOf(poolDays: number, chosenDays: number): XOfYMethod['groups'] {
  return [{ dayKinds: ['weekday'], lookbackDays: 45, poolDays, chosenDays, minDays: 1 }]
}

const otherEvent = (day: string, known: Partial<OtherEvent> = {}): OtherEvent => ({
  startMs: localMs(day, 12 * 60, ZONE),
  endMs: localMs(day, 13 * 60, ZONE),
  own: true,
  reach: 'participated',
  ...known,
})

describe('event days', () => {
  const excluding = (eventDays: XOfYMethod['exclude']['eventDays'], programs: 'own' | 'all'): XOfYMethod => ({
    ...meanTen,
    exclude: { ...meanTen.exclude, eventDays, programs },
  })

  it.each([
    ['called', 'called', true],
    ['called', 'participated', true],
    ['dispatched', 'called', false],
    ['dispatched', 'dispatched', true],
    ['participated', 'dispatched', false],
    ['none', 'participated', false],
  ] as const)('terms "%s", unit %s: left out is %s', (eventDays, reach, out) => {
    const input = withUnit(inputOf(told()), { otherEvents: [otherEvent('2025-07-14', { reach })] })
    expect(reasonFor('2025-07-14', excluding(eventDays, 'own'), input)).toBe(out ? 'event-day' : undefined)
  })

  it.each([
    ['own', undefined],
    ['all', 'event-day'],
  ] as const)("another program's events with terms for %s programs", (programs, reason) => {
    const input = withUnit(inputOf(told()), { otherEvents: [otherEvent('2025-07-14', { own: false })] })
    expect(reasonFor('2025-07-14', excluding('dispatched', programs), input)).toBe(reason)
  })

  it('take both days of an event over midnight', () => {
    const overnight = otherEvent('2025-07-10', { startMs: localMs('2025-07-10', 1380, ZONE), endMs: localMs('2025-07-11', 60, ZONE) })
    const input = withUnit(inputOf(told()), { otherEvents: [overnight] })
    expect(reasonFor('2025-07-10', meanTen, input)).toBe('event-day')
    expect(reasonFor('2025-07-11', meanTen, input)).toBe('event-day')
  })

  it('end at midnight without touching the next day', () => {
    const untilMidnight = otherEvent('2025-07-10', { startMs: localMs('2025-07-10', 1380, ZONE), endMs: localMs('2025-07-11', 0, ZONE) })
    expect(reasonFor('2025-07-11', meanTen, withUnit(inputOf(told()), { otherEvents: [untilMidnight] }))).toBeUndefined()
  })
})

describe('other reasons', () => {
  it('outage days, the day before, days of another kind', () => {
    const input = withUnit(inputOf({ ...told(), holidays: ['2025-07-11'] }), { outageDays: ['2025-07-14'] })
    const method = { ...meanTen, exclude: { ...meanTen.exclude, dayBeforeEvent: true } }
    expect(reasonFor('2025-07-15', method, input)).toBe('day-before-event')
    expect(reasonFor('2025-07-14', method, input)).toBe('outage-day')
    expect(reasonFor('2025-07-13', method, input)).toBe('other-day-kind')
    expect(reasonFor('2025-07-11', method, input)).toBe('other-day-kind')
  })

  it('an interval missing in the event or the adjustment window skips the day; elsewhere it does not matter', () => {
    const gapAt = (hour: number) => inputOf(told((startMs) => (startMs === localMs('2025-07-14', hour * 60, ZONE) ? null : 1000)))
    expect(reasonFor('2025-07-14', tenInTen, gapAt(18))).toBe('missing-event-interval')
    expect(reasonFor('2025-07-14', tenInTen, gapAt(13))).toBe('missing-adjustment-interval')
    expect(reasonFor('2025-07-14', tenInTen, gapAt(16))).toBeUndefined()
    expect(reasonFor('2025-07-14', meanTen, gapAt(13))).toBeUndefined()
  })

  it('a quality that the terms do not accept', () => {
    const intervals = intervalsOf(told()).map((interval) =>
      interval.startMs === localMs('2025-07-14', 1080, ZONE) ? { ...interval, quality: 'modelled' as const } : interval,
    )
    expect(reasonFor('2025-07-14', meanTen, inputOf(told(), intervals))).toBe('quality-not-accepted')
  })

  it('too few days are no baseline, and say how many there were', () => {
    const since = localMs('2025-07-11', 0, ZONE)
    const outcome = expectNone(evaluateBaseline(meanTen, inputOf(told((startMs) => (startMs < since ? null : 1000)))))
    expect(outcome).toMatchObject({ reason: 'too-few-days', detail: '3 of at least 5 days are eligible', daysUsed: [] })
    expect(outcome.daysLeftOut).toContainEqual({ day: '2025-07-10', reason: 'missing-event-interval' })
  })

  it('a kind of day that no group covers, and a series on another grid', () => {
    const saturday = { ...told(), eventStartMs: eventStartMs + 72 * HOUR_MS, eventEndMs: eventStartMs + 75 * HOUR_MS }
    expect(expectNone(evaluateBaseline({ ...meanTen, groups: groupOf(10, 10) }, inputOf(saturday))).reason).toBe('day-kind-not-covered')
    const input = inputOf(told())
    const shifted = withUnit(input, { series: { ...input.unit.series, startMs: input.unit.series.startMs + 60_000 } })
    expect(expectNone(evaluateBaseline(meanTen, shifted)).reason).toBe('grid-mismatch')
  })
})

describe('the choice', () => {
  /** Daily levels of the five weekdays before, the latest first; all earlier days 0. */
  const levels = (wh: readonly number[]) => {
    const days = ['2025-07-15', '2025-07-14', '2025-07-11', '2025-07-10', '2025-07-09']
    return told((startMs) => wh[days.indexOf(localDay(startMs, ZONE))] ?? 0)
  }
  const choosing = (choose: XOfYMethod['choose'], chosen: number): XOfYMethod => ({ ...meanTen, choose, groups: groupOf(5, chosen) })
  const used = (method: XOfYMethod, story: Story) => expectBaseline(evaluateBaseline(method, inputOf(story))).daysUsed

  it('highest, lowest and middle; of equals the more recent', () => {
    const story = levels([300, 500, 300, 300, 100])
    expect(used(choosing('highest', 2), story)).toEqual(['2025-07-15', '2025-07-14'])
    expect(used(choosing('lowest', 2), story)).toEqual(['2025-07-15', '2025-07-09'])
    expect(used(choosing('middle', 3), story)).toEqual(['2025-07-15', '2025-07-11', '2025-07-10'])
    expect(used(choosing('middle', 4), story)).toEqual(['2025-07-15', '2025-07-14', '2025-07-11', '2025-07-10'])
  })

  it('temperature: the nearest to the event day; days without one are left out', () => {
    const temperatures = new Map([
      [DAY, 300],
      ['2025-07-15', 350],
      ['2025-07-14', 310],
      ['2025-07-10', 290],
      ['2025-07-09', 305],
      ['2025-07-08', 200],
    ])
    const method = choosing('temperature', 2)
    const input = withUnit(inputOf(levels([1, 2, 3, 4, 5])), { temperatures })
    expect(expectBaseline(evaluateBaseline(method, input)).daysUsed).toEqual(['2025-07-14', '2025-07-09'])
    expect(reasonFor('2025-07-11', method, input)).toBe('no-temperature')
    const unknown = withUnit(input, { temperatures: new Map([...temperatures].filter(([day]) => day !== DAY)) })
    expect(expectNone(evaluateBaseline(method, unknown)).reason).toBe('no-event-day-temperature')
  })

  it('match: the days most like the event day outside the event', () => {
    const shapes: Record<string, number> = { [DAY]: 100, '2025-07-14': 104, '2025-07-10': 97 }
    const story = told((startMs) => shapes[localDay(startMs, ZONE)] ?? 200)
    expect(used(choosing('match', 2), story)).toEqual(['2025-07-14', '2025-07-10'])
    const gap = (startMs: number) => (startMs === localMs(DAY, 180, ZONE) ? null : 100)
    expect(expectNone(evaluateBaseline(choosing('match', 2), inputOf(told(gap)))).reason).toBe('event-day-incomplete')
  })

  it('weights by recency, by rank, and by decay from the oldest day', () => {
    const story = levels([100, 500, 200, 300, 400])
    const weighted = (weights: XOfYMethod['weights'], choose: XOfYMethod['choose'], chosen: number) =>
      expectBaseline(evaluateBaseline({ ...choosing(choose, chosen), weights }, inputOf(story))).baselineWh[0]
    expect(weighted({ by: 'rank', values: [3, 2, 1] }, 'highest', 3)).toBe(433)
    expect(weighted({ by: 'recency', values: [5, 1, 1, 1, 1] }, 'all', 5)).toBe(211)
    // 400 → 350 → 275 → 387.5 → 243.75
    expect(weighted({ by: 'decay', keep: '1/2' }, 'all', 5)).toBe(244)
  })
})
