/** Answers a baseline from units that were not dispatched: their mean load, interval by interval. */
import { rational } from '../exact/rational.ts'
import type { UnitHistory } from './input.ts'
import { hashFacts } from './input-hash.ts'
import { type LoadView, presenceOf, viewLoad, whAt } from './load.ts'
import type { BaselineOutcome } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'
import { noBaseline } from './refuse.ts'
import { settleUnadjusted } from './settle-unadjusted.ts'
import type { ControlGroupMethod } from './terms.ts'

/** A control unit with any gap in the event is left out of every interval, so that all means have the same members. */
export function evaluateControlGroup(plan: BaselinePlan<ControlGroupMethod>, unit: UnitHistory): BaselineOutcome {
  const { event } = plan.eventDaySamples
  const members = unit.control
    .map((series) => viewLoad(plan, series))
    .filter((load): load is LoadView => load !== null && presenceOf(load, event, null) === 'present')
  if (members.length < plan.method.minUnits) {
    const detail = `${members.length} of at least ${plan.method.minUnits} control units are complete`
    return noBaseline(plan, 'too-few-control-units', detail)
  }
  const size = BigInt(members.length)
  const sums = Array.from(event.steps, (step) => members.reduce((sum, load) => sum + BigInt(whAt(load, step)), 0n))
  const inputHash = hashFacts(plan, [`${size}`, ...sums.map(String)])
  return settleUnadjusted(
    plan,
    sums.map((sum) => rational(sum, size)),
    inputHash,
  )
}
