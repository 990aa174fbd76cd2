/** Answers for the shape of "no baseline": a reason, never a zero. */
import { hashFacts } from './input-hash.ts'
import type { NoBaseline, NoBaselineReason } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'

export function noBaseline(plan: BaselinePlan, reason: NoBaselineReason, detail: string): NoBaseline {
  return {
    kind: 'no-baseline',
    reason,
    detail,
    daysUsed: [],
    daysLeftOut: [],
    methodHash: plan.methodHash,
    inputHash: hashFacts(plan, [reason, detail]),
  }
}
