/** Answers for the outcome of evaluators that use no other days and no adjustment. */
import { toWh } from '../exact/energy.ts'
import { ONE, type Rational } from '../exact/rational.ts'
import type { Baseline } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'

/** One exact Wh value per event interval; rounded here, once, and held above the floor. */
export function settleUnadjusted(plan: BaselinePlan, perInterval: readonly Rational[], inputHash: string): Baseline {
  const { floorWh } = plan.method
  return {
    kind: 'baseline',
    daysUsed: [],
    daysLeftOut: [],
    methodHash: plan.methodHash,
    inputHash,
    intervalStartMs: plan.slots.event.map((slot) => slot.startMs),
    unadjusted: perInterval,
    baselineWh: perInterval.map((value) => (floorWh === null ? toWh(value) : Math.max(floorWh, toWh(value)))),
    adjustmentRaw: null,
    adjustmentApplied: ONE,
    capped: false,
    adjustmentNote: 'none',
  }
}
