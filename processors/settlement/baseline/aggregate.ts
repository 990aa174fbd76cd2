/** Answers the baseline of a resource made of several units: of the summed load, or summed over the units. */

import { toWh } from '../exact/energy.ts'
import { add, compare, ONE, type Rational, rational, ZERO } from '../exact/rational.ts'
import { applyAdjustment } from './adjust.ts'
import { evaluateUnit } from './evaluate.ts'
import { MISSING, type UnitHistory, type UnitSeries } from './input.ts'
import { hashFacts } from './input-hash.ts'
import type { Baseline, BaselineOutcome } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'
import { noBaseline } from './refuse.ts'
import type { Adjustment, BaselineMethod } from './terms.ts'

/** `members` is empty when the load was summed before; else each member's own outcome, in order. */
export type ResourceOutcome = { readonly resource: BaselineOutcome; readonly members: readonly BaselineOutcome[] }

/** Follows `method.aggregate`. The two differ wherever choice, cap or floor is not linear. */
export function evaluateResource(plan: BaselinePlan, units: readonly UnitHistory[]): ResourceOutcome {
  if (units.length === 0) return { resource: noBaseline(plan, 'member-without-baseline', 'the resource has no units'), members: [] }
  if (plan.method.aggregate === 'before') return { resource: evaluateSum(plan, units), members: [] }
  const members = units.map((unit) => evaluateUnit(plan, unit))
  return { resource: sumBaselines(plan, members), members }
}

function evaluateSum(plan: BaselinePlan, units: readonly UnitHistory[]): BaselineOutcome {
  const sum = sumUnits(units)
  return sum === null ? noBaseline(plan, 'grid-mismatch', 'the units run on different grids') : evaluateUnit(plan, sum)
}

/**
 * One history of the summed load; null when the units' series do not lie on one grid.
 * An interval missing in any unit is missing in the sum; the worst quality stands.
 */
export function sumUnits(units: readonly UnitHistory[]): UnitHistory | null {
  const series = sumSeries(units.map((unit) => unit.series))
  if (series === null) return null
  const levels = units.map((unit) => unit.referenceW)
  return {
    series,
    otherEvents: units.flatMap((unit) => unit.otherEvents),
    outageDays: [...new Set(units.flatMap((unit) => unit.outageDays))],
    temperatures: units[0]?.temperatures ?? null,
    referenceW: levels.reduce((sum, level) => (sum === null || level === null ? null : sum + level), 0),
    control: units.flatMap((unit) => unit.control),
  }
}

function sumSeries(all: readonly UnitSeries[]): UnitSeries | null {
  const [first] = all
  if (first === undefined) return null
  const { startMs, stepMs } = first
  if (all.some((series) => series.stepMs !== stepMs || !Number.isInteger((series.startMs - startMs) / stepMs))) return null
  const wh = new Float64Array(first.wh.length)
  const quality = new Uint8Array(first.wh.length)
  for (let i = 0; i < wh.length; i += 1) {
    const readings = all.map((series) => readingAt(series, startMs + i * stepMs))
    if (readings.some((reading) => reading.quality === MISSING)) continue
    wh[i] = readings.reduce((sum, reading) => sum + reading.wh, 0)
    quality[i] = readings.reduce((worst, reading) => Math.max(worst, reading.quality), MISSING)
  }
  return { startMs, stepMs, wh, quality }
}

function readingAt(series: UnitSeries, atMs: number): { readonly wh: number; readonly quality: number } {
  const index = (atMs - series.startMs) / series.stepMs
  return { wh: series.wh[index] ?? 0, quality: series.quality[index] ?? MISSING }
}

/** Sums the exact values and rounds the sum: members' rounded lines need `allocateRounded` to add up to it. */
function sumBaselines(plan: BaselinePlan, members: readonly BaselineOutcome[]): BaselineOutcome {
  const baselines = members.filter((member): member is Baseline => member.kind === 'baseline')
  const inputHash = hashFacts(
    plan,
    members.map((member) => member.inputHash),
  )
  if (baselines.length < members.length) {
    const detail = `${members.length - baselines.length} of ${members.length} units have none`
    return { ...noBaseline(plan, 'member-without-baseline', detail), inputHash }
  }
  const slots = [...plan.slots.event.keys()]
  const sums = slots.map((slot) => baselines.reduce((sum, member) => add(sum, exactAt(plan.method, member, slot)), ZERO))
  const unadjusted = slots.map((slot) => baselines.reduce((sum, member) => add(sum, member.unadjusted[slot] ?? ZERO), ZERO))
  return {
    kind: 'baseline',
    daysUsed: [],
    daysLeftOut: [],
    methodHash: plan.methodHash,
    inputHash,
    intervalStartMs: plan.slots.event.map((slot) => slot.startMs),
    unadjusted,
    baselineWh: sums.map(toWh),
    adjustmentRaw: null,
    adjustmentApplied: ONE,
    capped: baselines.some((member) => member.capped),
    adjustmentNote: 'per-member',
  }
}

/** A member's energy after its own adjustment and floor, before rounding. */
function exactAt(method: BaselineMethod, member: Baseline, slot: number): Rational {
  const { num, den } = member.unadjusted[slot] ?? ZERO
  const terms: Adjustment = method.kind === 'x-of-y' ? method.adjustment : { kind: 'none' }
  const adjusted = applyAdjustment(terms, member.adjustmentApplied, num, den)
  const value = rational(adjusted.num, adjusted.den)
  const floor = method.floorWh === null ? null : rational(BigInt(method.floorWh))
  return floor !== null && compare(value, floor) < 0 ? floor : value
}
