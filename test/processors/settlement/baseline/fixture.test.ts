/** Holds every style row against the hand-checkable fixture, digit for digit. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import { unitHistory } from '../../../../processors/settlement/baseline/input.ts'
import type { Baseline } from '../../../../processors/settlement/baseline/outcome.ts'
import * as published from '../../../../processors/settlement/baseline/published.ts'
import { buildSeries } from '../../../../processors/settlement/baseline/series.ts'
import type { BaselineMethod } from '../../../../processors/settlement/baseline/terms.ts'
import { multiply, type Rational, rational, subtract } from '../../../../processors/settlement/exact/rational.ts'
import { toFixed } from '../../../../processors/settlement/exact/rounding.ts'
import { HOUR_MS, localMs } from './build.ts'

const ZONE = 'America/Los_Angeles'
const fixture = new URL('../../../fixtures/baseline/', import.meta.url)
const expected = JSON.parse(readFileSync(new URL('expected.json', fixture), 'utf8'))

const intervals = readFileSync(new URL('hourly.csv', fixture), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter(([, , kwh]) => kwh !== '')
  .map(([day = '', hour, kwh]) => ({
    startMs: localMs(day, Number(hour) * 60, ZONE),
    wh: Number(kwh) * 1000,
    quality: 'measured' as const,
  }))

const earlierEvents = ['2025-07-09', '2025-07-10'].map((day) => ({
  startMs: localMs(day, 17 * 60, ZONE),
  endMs: localMs(day, 20 * 60, ZONE),
  own: true,
  reach: 'participated' as const,
}))

const unit = unitHistory(buildSeries(localMs('2025-06-01', 0, ZONE), localMs('2025-07-17', 0, ZONE), HOUR_MS, intervals), {
  otherEvents: earlierEvents,
})

const context = {
  eventStartMs: localMs('2025-07-16', 17 * 60, ZONE),
  eventEndMs: localMs('2025-07-16', 20 * 60, ZONE),
  zone: ZONE,
  stepMs: HOUR_MS,
  holidays: ['2025-06-19', '2025-07-04'],
}

function baselineOf(method: BaselineMethod): Baseline {
  const outcome = evaluateBaseline(method, { ...context, unit })
  if (outcome.kind !== 'baseline') throw new Error(`no baseline: ${outcome.reason}, ${outcome.detail}`)
  return outcome
}

/** The fixture prints kWh with six decimals. */
const kwh = (energyWh: Rational): number => Number(toFixed(multiply(energyWh, rational(1n, 1000n)), 6))
const six = (ratio: Rational | null): number => Number(toFixed(ratio ?? rational(-1n), 6))
const unadjusted = (outcome: Baseline): number[] => outcome.unadjusted.map(kwh)
const adjusted = (outcome: Baseline): number[] => outcome.unadjusted.map((wh) => kwh(multiply(wh, outcome.adjustmentApplied)))
const wholeWh = (kwhs: number[]): number[] => kwhs.map((value) => Math.round(value * 1000))
const inOrder = (days: readonly string[]): string[] => [...days].sort()

describe('the fixture, method by method', () => {
  it('CAISO 10-in-10 style: factor 1.207218 capped to 1.2', () => {
    const outcome = baselineOf(published.caisoTenInTen.method)
    const want = expected.caiso_10in10
    expect(outcome.daysUsed).toEqual(want.days)
    expect(unadjusted(outcome)).toEqual(want.unadj)
    expect([six(outcome.adjustmentRaw), six(outcome.adjustmentApplied), outcome.capped]).toEqual([want.ratio, want.factor, true])
    expect(adjusted(outcome)).toEqual(want.adj)
    expect(outcome.baselineWh).toEqual([218_760, 227_400, 188_520])
  })

  it('residential 5-in-10 style: windows before and after', () => {
    const outcome = baselineOf(published.caisoResidentialFiveInTen.method)
    const want = expected.res_5in10_prepost
    expect(inOrder(outcome.daysUsed)).toEqual(want.days)
    expect(unadjusted(outcome)).toEqual(want.unadj)
    expect([six(outcome.adjustmentRaw), six(outcome.adjustmentApplied), outcome.capped]).toEqual([want.ratio, want.factor, false])
    expect(adjusted(outcome)).toEqual(want.adj)
    expect(outcome.baselineWh).toEqual(wholeWh(want.adj))
  })

  it('PJM high 4 of 5 style: the shut-down day is replaced, +17 kWh an hour', () => {
    const outcome = baselineOf(published.pjmHighFourOfFive.method)
    const want = expected.pjm_high4of5_saa
    const passedOver = outcome.daysLeftOut.filter((left) => left.reason === 'not-chosen').map((left) => left.day)
    expect(inOrder([...outcome.daysUsed, ...passedOver])).toEqual(want.pool)
    expect(outcome.daysLeftOut).toContainEqual({ day: '2025-07-08', reason: 'low-use' })
    expect(inOrder(outcome.daysUsed)).toEqual(want.days)
    expect(unadjusted(outcome)).toEqual(want.unadj)
    expect(kwh(outcome.adjustmentApplied)).toBe(want.saa)
    expect(outcome.baselineWh).toEqual(wholeWh(want.adj))
  })

  it('NYISO 5-of-10 style: ratio over the five chosen days', () => {
    const outcome = baselineOf(published.nyisoFiveOfTen.method)
    const want = expected.nyiso_5of10
    const passedOver = outcome.daysLeftOut.filter((left) => left.reason === 'not-chosen').map((left) => left.day)
    expect(inOrder([...outcome.daysUsed, ...passedOver]).filter((day) => day >= want.pool[0])).toEqual(want.pool)
    expect(outcome.daysLeftOut).toContainEqual({ day: '2025-07-15', reason: 'day-before-event' })
    expect(inOrder(outcome.daysUsed)).toEqual(want.days)
    expect(unadjusted(outcome)).toEqual(want.unadj)
    expect([six(outcome.adjustmentRaw), six(outcome.adjustmentApplied)]).toEqual([want.ratio5, want.factor])
    expect(adjusted(outcome)).toEqual(want.adj)
  })

  it('NYISO variant: the same ratio over all ten days of the pool', () => {
    const method = published.nyisoFiveOfTen.method
    if (method.adjustment.kind === 'none') throw new Error('the row has an adjustment')
    const outcome = baselineOf({ ...method, adjustment: { ...method.adjustment, basis: 'pool' } })
    expect(six(outcome.adjustmentRaw)).toBe(expected.nyiso_5of10.ratio10_variant)
  })

  it('mean 10 and its 90/10 recursion', () => {
    const mean = baselineOf(published.isoneMeanTen.method)
    expect(inOrder(mean.daysUsed)).toEqual(expected.isone_mean10.days)
    expect(unadjusted(mean)).toEqual(expected.isone_mean10.unadj)
    expect(mean.baselineWh).toEqual([182_300, 189_500, 157_100])
    expect(unadjusted(baselineOf(published.isoneNinetyTen.method))).toEqual(expected.isone_90_10.unadj)
  })

  it('hour before and same day 3+2', () => {
    expect(unadjusted(baselineOf(published.hourBefore.method))).toEqual([210, 210, 210])
    const sameDay = baselineOf(published.pjmSameDay.method)
    expect(unadjusted(sameDay)).toEqual([178.4, 178.4, 178.4])
  })

  it('performance is baseline less the metered load', () => {
    const rows: [Baseline, number[]][] = [
      [baselineOf(published.caisoTenInTen.method), expected.caiso_10in10.perf],
      [baselineOf(published.caisoResidentialFiveInTen.method), expected.res_5in10_prepost.perf],
      [baselineOf(published.nyisoFiveOfTen.method), expected.nyiso_5of10.perf],
      [baselineOf(published.hourBefore.method), expected.hour_before.perf],
      [baselineOf(published.pjmSameDay.method), expected.same_day_3plus2.perf],
    ]
    for (const [outcome, perf] of rows) {
      const actual = expected.actual as number[]
      const got = outcome.unadjusted.map((wh, i) =>
        kwh(subtract(multiply(wh, outcome.adjustmentApplied), rational(BigInt(actual[i] ?? 0) * 1000n))),
      )
      expect(got).toEqual(perf)
    }
  })

  it('says why each day was passed over', () => {
    const reasons = Object.fromEntries(baselineOf(published.caisoTenInTen.method).daysLeftOut.map((left) => [left.day, left.reason]))
    expect(reasons).toEqual({
      '2025-07-13': 'other-day-kind',
      '2025-07-12': 'other-day-kind',
      '2025-07-10': 'event-day',
      '2025-07-09': 'event-day',
      '2025-07-06': 'other-day-kind',
      '2025-07-05': 'other-day-kind',
      '2025-07-04': 'other-day-kind',
      '2025-07-02': 'missing-event-interval',
      '2025-06-29': 'other-day-kind',
      '2025-06-28': 'other-day-kind',
    })
  })
})
