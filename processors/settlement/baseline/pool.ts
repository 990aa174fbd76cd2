/** Answers which Y days form a unit's pool: the most recent eligible ones, less those of hardly any use. */
import { add, compare, multiply, parseRational, type Rational, rational, ZERO } from '../exact/rational.ts'
import { peakWh } from './load.ts'
import type { CandidateDay, SlotFamilies } from './plan.ts'
import { type ScreenedDay, screenDay, type UnitView } from './screen.ts'
import type { DaySamples } from './slots.ts'

export type Pool = {
  /** The most recent first. */
  readonly days: readonly ScreenedDay[]
  /** Every day looked at, the most recent first, with the reasons of those left out. */
  readonly examined: readonly ScreenedDay[]
}

export function buildPool(view: UnitView, candidates: readonly CandidateDay[], poolDays: number): Pool {
  const { lowUse } = view.plan.method
  if (lowUse === null) return fillPool(view, candidates, poolDays, keepAll)
  const fraction = parseRational(lowUse.fraction)
  if (lowUse.reference === 'pool-mean') {
    return fillPool(view, candidates, poolDays, (days) => dropBelow(days, multiply(meanOfDays(days), fraction)))
  }
  return buildPoolUnderPeak(view, candidates, poolDays, fraction)
}

type Sift = (days: readonly ScreenedDay[]) => readonly ScreenedDay[]

const keepAll: Sift = (days) => days

/** Takes days until the pool is full; each time it is full, or nothing is left to take, it is sifted. */
function fillPool(view: UnitView, candidates: readonly CandidateDay[], poolDays: number, sift: Sift): Pool {
  const examined: ScreenedDay[] = []
  const dropped = new Set<ScreenedDay>()
  let days: readonly ScreenedDay[] = []
  let next = 0
  for (;;) {
    const taken = [...days]
    while (taken.length < poolDays && next < candidates.length) {
      const candidate = candidates[next]
      next += 1
      if (candidate === undefined) continue
      const screened = screenDay(view, candidate)
      examined.push(screened)
      if (screened.reason === null) taken.push(screened)
    }
    days = sift(taken)
    if (days.length === taken.length) return { days, examined: markLowUse(examined, dropped) }
    for (const day of taken) if (!days.includes(day)) dropped.add(day)
  }
}

/** The peak is that of the whole look-back, so all of it is looked at before any day is taken. */
function buildPoolUnderPeak(view: UnitView, candidates: readonly CandidateDay[], poolDays: number, fraction: Rational): Pool {
  const screened = candidates.map((candidate) => screenDay(view, candidate))
  const eligible = screened.filter((day) => day.reason === null)
  const peak = eligible.reduce((most, day) => Math.max(most, peakOf(view, day.candidate.samples)), 0)
  const kept = dropBelow(eligible, multiply(rational(BigInt(peak)), fraction))
  const dropped = new Set(eligible.filter((day) => !kept.includes(day)))
  return {
    days: kept.slice(0, poolDays),
    examined: markLowUse(screened, dropped),
  }
}

function peakOf(view: UnitView, samples: SlotFamilies<DaySamples>): number {
  return peakWh(view.load, samples.event)
}

/** A threshold of zero or less (net export) drops nothing. */
function dropBelow(days: readonly ScreenedDay[], threshold: Rational): readonly ScreenedDay[] {
  if (threshold.num <= 0n) return days
  return days.filter((day) => compare(meanOfDay(day), threshold) >= 0)
}

function meanOfDays(days: readonly ScreenedDay[]): Rational {
  if (days.length === 0) return ZERO
  const sum = days.reduce((total, day) => add(total, meanOfDay(day)), ZERO)
  return multiply(sum, rational(1n, BigInt(days.length)))
}

function meanOfDay(day: ScreenedDay): Rational {
  return rational(BigInt(day.eventWh), BigInt(day.eventSamples))
}

function markLowUse(examined: readonly ScreenedDay[], dropped: ReadonlySet<ScreenedDay>): readonly ScreenedDay[] {
  if (dropped.size === 0) return examined
  return examined.map((day) => (dropped.has(day) ? { ...day, reason: 'low-use' } : day))
}
