/** Answers the baseline of one unit from like days of its own history. */
import { toWhQuotient } from '../exact/energy.ts'
import { rational } from '../exact/rational.ts'
import { type AdjustmentDecision, applyAdjustment, decideAdjustment, withoutAdjustment } from './adjust.ts'
import { averageDays, averageWeighted, type SlotMeans, sumOfMeans, weighDays } from './average.ts'
import { chooseDays } from './choose.ts'
import type { UnitHistory } from './input.ts'
import { hashInput } from './input-hash.ts'
import { presenceOf, totalWh, viewLoad } from './load.ts'
import type { BaselineOutcome, LeftOutDay, NoBaselineReason } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'
import { buildPool, type Pool } from './pool.ts'
import { noBaseline } from './refuse.ts'
import { type ScreenedDay, type UnitView, viewUnit } from './screen.ts'
import type { XOfYMethod } from './terms.ts'

export function evaluateXOfY(plan: BaselinePlan<XOfYMethod>, unit: UnitHistory): BaselineOutcome {
  const load = viewLoad(plan, unit.series)
  if (load === null) return noBaseline(plan, 'grid-mismatch', gridDetail(plan, unit))
  if (plan.group === null) return noBaseline(plan, 'day-kind-not-covered', `no group covers ${plan.eventDay}`)
  const view = viewUnit(plan, unit, load)
  const pool = buildPool(view, plan.candidates, plan.group.poolDays)
  const obstacle = obstacleTo(view, pool, plan.group.minDays)
  if (obstacle !== null) return refuse(view, pool, obstacle.reason, obstacle.detail)
  const ranked = chooseDays(view, pool.days, plan.group.chosenDays)
  const means = averageOf(view, ranked, 'event')
  if (means.dens.includes(0n)) {
    return refuse(view, pool, 'no-samples-for-interval', 'an hour that the clock skipped on every chosen day')
  }
  const adjustment = adjustFor(view, pool.days, ranked)
  if (adjustment.raw === null && mustRefuse(plan.method)) {
    return refuse(view, pool, 'adjustment-unavailable', adjustment.note)
  }
  return settle(view, pool, ranked, means, adjustment)
}

type Obstacle = { readonly reason: NoBaselineReason; readonly detail: string }

function obstacleTo(view: UnitView, pool: Pool, minDays: number): Obstacle | null {
  const { choose } = view.plan.method
  if (pool.days.length < minDays) {
    return { reason: 'too-few-days', detail: `${pool.days.length} of at least ${minDays} days are eligible` }
  }
  if (choose === 'temperature' && !view.unit.temperatures?.has(view.plan.eventDay)) {
    return { reason: 'no-event-day-temperature', detail: `no temperature for ${view.plan.eventDay}` }
  }
  if (choose !== 'match') return null
  const presence = presenceOf(view.load, view.plan.eventDaySamples.match, view.cut.match)
  return presence === 'present' ? null : { reason: 'event-day-incomplete', detail: `match intervals: ${presence}` }
}

function averageOf(view: UnitView, ranked: readonly ScreenedDay[], family: 'event' | 'adjust'): SlotMeans {
  const { weights } = view.plan.method
  const slotCount = view.plan.slots[family].length
  const samplesOf = (day: ScreenedDay) => day.candidate.samples[family]
  if (weights === null) return averageDays(view.load, ranked, samplesOf, slotCount)
  return averageWeighted(view.load, weighDays(ranked, weights), samplesOf, slotCount)
}

function adjustFor(view: UnitView, pool: readonly ScreenedDay[], ranked: readonly ScreenedDay[]): AdjustmentDecision {
  const { method, slots, eventDaySamples, context } = view.plan
  const terms = method.adjustment
  if (terms.kind === 'none') return withoutAdjustment(terms, 'none')
  const cut = view.cut.adjust
  const left = slots.adjust.length - (cut === null ? 0 : cut.reduce((sum, mark) => sum + mark, 0))
  if (left === 0) return withoutAdjustment(terms, 'window-cut-away')
  const means =
    terms.basis === 'chosen'
      ? averageOf(view, ranked, 'adjust')
      : averageDays(view.load, pool, (day) => day.candidate.samples.adjust, slots.adjust.length)
  const basisWh = sumOfMeans(means, cut)
  if (basisWh === null || presenceOf(view.load, eventDaySamples.adjust, cut) !== 'present') {
    return withoutAdjustment(terms, 'window-incomplete')
  }
  const actualWh = rational(BigInt(totalWh(view.load, eventDaySamples.adjust, cut)))
  return decideAdjustment(terms, { actualWh, basisWh, slots: left }, context.stepMs)
}

function mustRefuse(method: XOfYMethod): boolean {
  return method.adjustment.kind !== 'none' && method.adjustment.otherwise === 'no-baseline'
}

function settle(
  view: UnitView,
  pool: Pool,
  ranked: readonly ScreenedDay[],
  means: SlotMeans,
  adjustment: AdjustmentDecision,
): BaselineOutcome {
  const { plan } = view
  const used = new Set(ranked)
  return {
    kind: 'baseline',
    daysUsed: nameDays(ranked),
    daysLeftOut: leftOut(pool, used),
    methodHash: plan.methodHash,
    inputHash: hashView(view, pool),
    intervalStartMs: plan.slots.event.map((slot) => slot.startMs),
    unadjusted: means.nums.map((num, index) => rational(num, means.dens[index])),
    baselineWh: means.nums.map((num, index) => roundOnce(plan.method, adjustment, num, means.dens[index] ?? 1n)),
    adjustmentRaw: adjustment.raw,
    adjustmentApplied: adjustment.applied,
    capped: adjustment.capped,
    adjustmentNote: adjustment.note,
  }
}

function roundOnce(method: XOfYMethod, adjustment: AdjustmentDecision, num: bigint, den: bigint): number {
  const adjusted = applyAdjustment(method.adjustment, adjustment.applied, num, den)
  const wh = toWhQuotient(adjusted.num, adjusted.den)
  return method.floorWh === null ? wh : Math.max(method.floorWh, wh)
}

function refuse(view: UnitView, pool: Pool, reason: NoBaselineReason, detail: string): BaselineOutcome {
  const daysLeftOut = leftOut(pool, new Set(pool.days))
  return { ...noBaseline(view.plan, reason, detail), daysLeftOut, inputHash: hashView(view, pool) }
}

function hashView(view: UnitView, pool: Pool): string {
  const { plan, load, cut, unit } = view
  const temperatures = plan.method.choose === 'temperature' ? unit.temperatures : null
  return hashInput({ plan, load, cut, examined: pool.examined, temperatures })
}

function leftOut(pool: Pool, used: ReadonlySet<ScreenedDay>): LeftOutDay[] {
  const days: LeftOutDay[] = []
  for (const screened of pool.examined) {
    if (used.has(screened)) continue
    days.push({ day: screened.candidate.day, reason: screened.reason ?? 'not-chosen' })
  }
  return days
}

function nameDays(ranked: readonly ScreenedDay[]): string[] {
  return ranked.map((day) => day.candidate.day).sort((a, b) => (a < b ? 1 : -1))
}

function gridDetail(plan: BaselinePlan, unit: UnitHistory): string {
  return `series of ${unit.series.stepMs} ms from ${unit.series.startMs} on a grid of ${plan.context.stepMs} ms through ${plan.anchorMs}`
}
