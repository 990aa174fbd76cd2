/** Laws that hold for any load: what a baseline may never do, whatever the data. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import { PUBLISHED_METHODS } from '../../../../processors/settlement/baseline/published.ts'
import { toWh } from '../../../../processors/settlement/exact/energy.ts'
import { compare, multiply, parseRational, rational } from '../../../../processors/settlement/exact/rational.ts'
import { expectBaseline, HOUR_MS, inputOf, intervalsOf, localMs, MINUTE_MS, meanTen, type Story, tenInTen } from './build.ts'

const ZONE = 'America/Los_Angeles'
const rows = Object.values(PUBLISHED_METHODS)
const steps = fc.constantFrom(5, 15, 30, 60).map((minutes) => minutes * MINUTE_MS)

/** A load without pattern, the same for the same seed and time. */
function noise(seed: number, startMs: number): number {
  let x = (seed ^ Math.floor(startMs / MINUTE_MS)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
  return ((x ^ (x >>> 16)) >>> 0) % 5000
}

function wednesday(stepMs: number, load: Story['load']): Story {
  const eventStartMs = localMs('2025-07-16', 17 * 60, ZONE)
  return { zone: ZONE, eventStartMs, eventEndMs: eventStartMs + 3 * HOUR_MS, stepMs, load }
}

describe('any method', () => {
  it.each(rows.map((row) => [row.label, row.method] as const))('%s: a constant load is its own baseline', (_, method) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), steps, (load, stepMs) => {
        const outcome = expectBaseline(evaluateBaseline(method, inputOf(wednesday(stepMs, () => load))))
        expect(outcome.baselineWh).toEqual(outcome.intervalStartMs.map(() => load))
      }),
      { numRuns: 8 },
    )
  })

  it.each(rows.map((row) => [row.label, row.method] as const))('%s: gaps never count as zero', (_, method) => {
    const gaps = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 60 }))
    fc.assert(
      fc.property(gaps, ([seed, percent]) => {
        const load = (startMs: number) => (noise(seed, startMs) % 100 < percent ? null : 4321)
        const outcome = evaluateBaseline(method, inputOf(wednesday(HOUR_MS, load)))
        if (outcome.kind === 'baseline') expect(new Set(outcome.baselineWh)).toEqual(new Set([4321]))
      }),
      { numRuns: 60 },
    )
  })

  it.each(rows.map((row) => [row.label, row.method] as const))('%s: the order of arrival changes nothing', (_, method) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const story = wednesday(HOUR_MS, (startMs) => noise(seed, startMs))
        const shuffled = intervalsOf(story).sort((a, b) => noise(seed + 1, a.startMs) - noise(seed + 1, b.startMs))
        expect(evaluateBaseline(method, inputOf(story, shuffled))).toEqual(evaluateBaseline(method, inputOf(story)))
      }),
      { numRuns: 5 },
    )
  })

  it.each(rows.map((row) => [row.label, row.method] as const))('%s: k times the load is k times the baseline', (_, method) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 1000 }), (seed, k) => {
        const story = wednesday(HOUR_MS, (startMs) => 1 + noise(seed, startMs))
        const once = expectBaseline(evaluateBaseline(method, inputOf(story)))
        const scaled = { ...story, load: (startMs: number) => k * (1 + noise(seed, startMs)) }
        const often = expectBaseline(evaluateBaseline(method, inputOf(scaled)))
        const factor = rational(BigInt(k))
        expect(often.daysUsed).toEqual(once.daysUsed)
        expect(often.unadjusted).toEqual(once.unadjusted.map((wh) => multiply(wh, factor)))
        const additive = method.kind === 'x-of-y' && method.adjustment.kind === 'additive'
        expect(often.adjustmentApplied).toEqual(additive ? multiply(once.adjustmentApplied, factor) : once.adjustmentApplied)
      }),
      { numRuns: 8 },
    )
  })
})

describe('the capped factor', () => {
  it('stays within its cap, and the baseline is the exact product rounded once', () => {
    const [min, max] = [parseRational('0.8'), parseRational('1.2')]
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, surge) => {
        const surgeFromMs = localMs('2025-07-16', 0, ZONE)
        const load = (startMs: number) => (startMs >= surgeFromMs ? surge : 3) * (1 + noise(seed, startMs))
        const outcome = expectBaseline(evaluateBaseline(tenInTen, inputOf(wednesday(15 * MINUTE_MS, load))))
        const { adjustmentApplied: applied, adjustmentRaw: raw } = outcome
        expect(compare(applied, min) >= 0 && compare(applied, max) <= 0).toBe(true)
        expect(outcome.capped).toBe(raw !== null && compare(raw, applied) !== 0)
        expect(outcome.baselineWh).toEqual(outcome.unadjusted.map((wh) => toWh(multiply(wh, applied))))
      }),
      { numRuns: 40 },
    )
  })
})

describe('a plain mean', () => {
  it('equals one worked out with Intl and nothing else', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (seed, hour, percent) => {
        const eventStartMs = localMs('2025-07-16', hour * 60, ZONE)
        const load = (startMs: number) => (noise(seed + 7, startMs) % 100 < percent ? null : noise(seed, startMs))
        const story = { zone: ZONE, eventStartMs, eventEndMs: eventStartMs + 3 * HOUR_MS, stepMs: HOUR_MS, load }
        const want = meanByHand(story, hour)
        const got = evaluateBaseline(meanTen, inputOf(story))
        if (want === null) expect(got).toMatchObject({ kind: 'no-baseline', reason: 'too-few-days' })
        else expect(expectBaseline(got).unadjusted).toEqual(want.map(([sum, count]) => rational(BigInt(sum), BigInt(count))))
      }),
      { numRuns: 30 },
    )
  })
})

/** The ten latest complete weekdays of 45, by the printed local date and hour. */
function meanByHand(story: Story, hour: number): [number, number][] | null {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' })
  const byLabel = new Map(intervalsOf(story).map((interval) => [clock.format(interval.startMs), interval.wh]))
  const hours = [hour, hour + 1, hour + 2].map((h) => `${String(h).padStart(2, '0')}:00`)
  const days: number[][] = []
  for (let back = 1; back <= 45 && days.length < 10; back += 1) {
    const date = new Date(Date.UTC(2025, 6, 16 - back))
    if (date.getUTCDay() % 6 === 0) continue
    const loads = hours.map((label) => byLabel.get(`${date.toISOString().slice(0, 10)} ${label}`))
    if (loads.every((wh) => wh !== undefined)) days.push(loads)
  }
  if (days.length < 5) return null
  return hours.map((_, i) => [days.reduce((sum, loads) => sum + (loads[i] ?? Number.NaN), 0), days.length])
}
