/** Same-day adjustment: hand vectors, windows, caps, zero rules and other events of the day. */
import { describe, expect, it } from 'vitest'
import { localDay } from '../../../../processors/calendar/local-day.ts'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import type { BaselineInput, OtherEvent } from '../../../../processors/settlement/baseline/input.ts'
import { flexServicesUpOnly, pjmSameDay } from '../../../../processors/settlement/baseline/published.ts'
import type { Adjustment, XOfYMethod } from '../../../../processors/settlement/baseline/terms.ts'
import { rational } from '../../../../processors/settlement/exact/rational.ts'
import { expectBaseline, expectNone, HOUR_MS, inputOf, localMs, meanTen, QUARTER_MS, type Story } from './build.ts'

const ZONE = 'Europe/Berlin'
const DAY = '2025-07-16'
const at = (hour: number) => localMs(DAY, hour * 60, ZONE)

type Active = Exclude<Adjustment, { kind: 'none' }>

const hourBeforeWindow: Active = {
  kind: 'multiplicative',
  windows: [{ side: 'before', durationMinutes: 60, bufferMinutes: 60 }],
  cap: { min: '0.8', max: '1.2' },
  basis: 'chosen',
  upOnly: false,
  otherwise: 'unadjusted',
}

const adjusting = (changes: Partial<Active>): XOfYMethod => ({ ...meanTen, adjustment: { ...hourBeforeWindow, ...changes } })

/** Event hour 17; window hour 15. History: `history` in the event, `basis` in the window; `actual` on the day itself. */
function vector(history: number, basis: number, actual: number | null): BaselineInput {
  const load: Story['load'] = (startMs) => {
    if (startMs >= at(15) && startMs < at(16)) return actual
    return new Date(startMs).getUTCHours() === 13 ? basis : history
  }
  return inputOf({ zone: ZONE, eventStartMs: at(17), eventEndMs: at(18), stepMs: HOUR_MS, load })
}

describe('small exact vectors (reference settlement, F3)', () => {
  it('630 against 600 is +5 %, exactly', () => {
    const outcome = expectBaseline(evaluateBaseline(adjusting({}), vector(1800, 600, 630)))
    expect(outcome).toMatchObject({ baselineWh: [1890], capped: false, adjustmentNote: 'applied' })
    expect(outcome.adjustmentRaw).toEqual(rational(21n, 20n))
  })

  it('five times the load is held at +20 %, a fifth of it at −20 %', () => {
    const high = expectBaseline(evaluateBaseline(adjusting({}), vector(1800, 600, 3000)))
    expect(high).toMatchObject({ baselineWh: [2160], capped: true, adjustmentNote: 'capped' })
    expect([high.adjustmentRaw, high.adjustmentApplied]).toEqual([rational(5n), rational(6n, 5n)])
    expect(expectBaseline(evaluateBaseline(adjusting({}), vector(1800, 600, 120))).baselineWh).toEqual([1440])
  })

  it('1000, 1000, 1005 have the mean 1002', () => {
    const wh: Record<string, number> = { '2025-07-15': 1000, '2025-07-14': 1000, '2025-07-11': 1005 }
    const three: XOfYMethod = { ...meanTen, groups: [{ dayKinds: ['weekday'], lookbackDays: 5, poolDays: 3, chosenDays: 3, minDays: 3 }] }
    const load = (startMs: number) => wh[localDay(startMs, ZONE)] ?? 0
    const story = { zone: ZONE, eventStartMs: at(17), eventEndMs: at(18), stepMs: HOUR_MS, load }
    expect(expectBaseline(evaluateBaseline(three, inputOf(story))).baselineWh).toEqual([1002])
  })
})

describe('where no ratio exists', () => {
  it.each([
    ['basis zero', 0, 630],
    ['basis negative', -600, 630],
    ['actual negative', 600, -630],
  ])('%s: no adjustment, or no baseline, as the terms say', (_, basis, actual) => {
    const input = vector(1800, basis, actual)
    const kept = expectBaseline(evaluateBaseline(adjusting({}), input))
    expect(kept).toMatchObject({ baselineWh: [1800], adjustmentRaw: null, adjustmentNote: 'basis-not-positive' })
    const refused = expectNone(evaluateBaseline(adjusting({ otherwise: 'no-baseline' }), input))
    expect(refused).toMatchObject({ reason: 'adjustment-unavailable', detail: 'basis-not-positive' })
  })

  it('a gap in the event day’s own window is not filled', () => {
    const outcome = expectBaseline(evaluateBaseline(adjusting({}), vector(1800, 600, null)))
    expect(outcome).toMatchObject({ baselineWh: [1800], adjustmentRaw: null, adjustmentNote: 'window-incomplete' })
  })

  it('an additive one needs none', () => {
    const outcome = expectBaseline(evaluateBaseline(adjusting({ kind: 'additive', cap: null }), vector(1800, -600, -630)))
    expect(outcome).toMatchObject({ baselineWh: [1770], adjustmentNote: 'applied' })
    expect(outcome.adjustmentApplied).toEqual(rational(-30n))
  })
})

describe('additive terms', () => {
  it('caps are watts, scaled to the interval', () => {
    const load = (startMs: number) => (startMs >= at(0) ? 500 : 250)
    const story = { zone: ZONE, eventStartMs: at(17), eventEndMs: at(18), stepMs: QUARTER_MS, load }
    const method = adjusting({ kind: 'additive', cap: { min: '-400', max: '400' } })
    const outcome = expectBaseline(evaluateBaseline(method, inputOf(story)))
    expect(outcome).toMatchObject({ baselineWh: [350, 350, 350, 350], capped: true })
    expect([outcome.adjustmentRaw, outcome.adjustmentApplied]).toEqual([rational(250n), rational(100n)])
  })

  it('up-only raises and never lowers (baseline 500: load 600 gives +100, load 400 gives 0)', () => {
    const upOnly = flexServicesUpOnly.method
    expect(expectBaseline(evaluateBaseline(upOnly, vector(500, 500, 600))).baselineWh).toEqual([600])
    const lower = expectBaseline(evaluateBaseline(upOnly, vector(500, 500, 400)))
    expect(lower).toMatchObject({ baselineWh: [500], adjustmentNote: 'not-upward' })
    expect(lower.adjustmentRaw).toEqual(rational(-100n))
  })

  it('the floor holds after adjustment', () => {
    const method = { ...adjusting({ kind: 'additive', cap: null }), floorWh: 0 }
    expect(expectBaseline(evaluateBaseline(method, vector(100, 600, 300))).baselineWh).toEqual([0])
  })
})

describe('an earlier event on the same day', () => {
  const earlier = (from: number, until: number, reach: OtherEvent['reach'] = 'dispatched'): OtherEvent => ({
    startMs: at(from),
    endMs: at(until),
    own: false,
    reach,
  })
  const wide = adjusting({ windows: [{ side: 'before', durationMinutes: 180, bufferMinutes: 60 }], cap: null })

  /** Window hours 13, 14, 15; shed to 100 at 13 by the earlier event, 1100 at 14 and 15, history 1000. */
  const load = (startMs: number) => (startMs >= at(0) ? (startMs < at(14) ? 100 : 1100) : 1000)
  const input = inputOf({ zone: ZONE, eventStartMs: at(17), eventEndMs: at(18), stepMs: HOUR_MS, load })
  const withEvents = (...otherEvents: OtherEvent[]) => ({ ...input, unit: { ...input.unit, otherEvents } })

  it('is cut from the window', () => {
    const outcome = expectBaseline(evaluateBaseline(wide, withEvents(earlier(12, 14))))
    expect(outcome.adjustmentApplied).toEqual(rational(11n, 10n))
    expect(outcome.baselineWh).toEqual([1100])
  })

  it('cuts nothing when it was called only', () => {
    const outcome = expectBaseline(evaluateBaseline(wide, withEvents(earlier(12, 14, 'called'))))
    expect(outcome.adjustmentApplied).toEqual(rational(2300n, 3000n))
  })

  it('may cut the window away altogether', () => {
    const outcome = expectBaseline(evaluateBaseline(wide, withEvents(earlier(12, 16))))
    expect(outcome).toMatchObject({ baselineWh: [1000], adjustmentRaw: null, adjustmentNote: 'window-cut-away' })
  })

  it('is cut from same-day windows too', () => {
    const outcome = expectBaseline(evaluateBaseline(pjmSameDay.method, withEvents(earlier(12, 14))))
    expect(outcome.baselineWh).toEqual([1100])
    expect(expectNone(evaluateBaseline(pjmSameDay.method, withEvents(earlier(0, 24)))).reason).toBe('event-day-incomplete')
  })
})
