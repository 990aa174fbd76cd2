/** Answers what a unit would have used: the one door to every baseline method. */
import { evaluateControlGroup } from './control-group.ts'
import type { BaselineInput, UnitHistory } from './input.ts'
import type { BaselineOutcome } from './outcome.ts'
import { type BaselinePlan, planBaseline } from './plan.ts'
import { evaluateReferenceLevel } from './reference-level.ts'
import { evaluateSameDay } from './same-day.ts'
import type { BaselineMethod } from './terms.ts'
import { evaluateXOfY } from './x-of-y.ts'

/**
 * Pure and deterministic: same terms and input, same bytes. Throws RangeError only for terms or an event
 * that make no sense; whatever the unit's data lack is a `no-baseline` with its reason.
 */
export function evaluateBaseline(method: BaselineMethod, input: BaselineInput): BaselineOutcome {
  return evaluateUnit(planBaseline(method, input), input.unit)
}

/** As `evaluateBaseline` for many units of one event: plan once, then evaluate each. */
export function evaluateUnit(plan: BaselinePlan, unit: UnitHistory): BaselineOutcome {
  const { method } = plan
  switch (method.kind) {
    case 'x-of-y':
      return evaluateXOfY({ ...plan, method }, unit)
    case 'same-day':
      return evaluateSameDay({ ...plan, method }, unit)
    case 'control-group':
      return evaluateControlGroup({ ...plan, method }, unit)
    case 'reference-level':
      return evaluateReferenceLevel({ ...plan, method }, unit)
  }
}
