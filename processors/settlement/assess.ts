/** Assesses one unit in one event: its baseline against what was metered. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { evaluateUnit } from './baseline/evaluate.ts'
import { type OtherEvent, type UnitSeries, unitHistory } from './baseline/input.ts'
import type { BaselineOutcome } from './baseline/outcome.ts'
import { type Actuals, actualsOf, WHOLE_PERMILLE } from './energies.ts'
import type { UnitEnergies } from './history.ts'
import type { EventPlan } from './plan-event.ts'

export interface Assessment extends Actuals {
  readonly baseline: BaselineOutcome
  /** Empty = there is no baseline. */
  readonly baselineWh: readonly number[]
  readonly reductionWh: readonly number[]
  readonly noBaseline: string | null
}

/** Null: the look-back that was read does not suffice for this unit, the whole is needed. */
export function assessUnit(
  eventPlan: EventPlan,
  direction: ProgramTerms['direction'],
  unit: { readonly energies: UnitEnergies; readonly series: UnitSeries; readonly otherEvents: readonly OtherEvent[] },
): Assessment | null {
  const baseline = evaluateUnit(eventPlan.plan, unitHistory(unit.series, { otherEvents: unit.otherEvents }))
  if (wentBeyond(baseline, eventPlan.cutBefore)) return null
  const actuals = actualsOf(eventPlan, unit.energies)
  const baselineWh = baseline.kind === 'baseline' ? baseline.baselineWh : []
  return {
    ...actuals,
    baseline,
    baselineWh,
    reductionWh: reductionsOf(baselineWh, actuals, direction),
    noBaseline: baseline.kind === 'baseline' ? null : baseline.reason,
  }
}

/** Whether the evaluator had to look at days that were not asked for. */
function wentBeyond({ daysUsed, daysLeftOut }: BaselineOutcome, cutBefore: string | null): boolean {
  return cutBefore !== null && [...daysUsed, ...daysLeftOut.map(({ day }) => day)].some((day) => day < cutBefore)
}

/** Shed: baseline - actual; take: actual - baseline. 0 where there is no baseline or the interval is not covered whole: it cannot be said. */
function reductionsOf(baselineWh: readonly number[], actuals: Actuals, direction: ProgramTerms['direction']): number[] {
  return actuals.actualWh.map((actualWh, index) => {
    const expectedWh = baselineWh[index]
    if (expectedWh === undefined || (actuals.coveragePermille[index] ?? 0) < WHOLE_PERMILLE) return 0
    return direction === 'shed' ? expectedWh - actualWh : actualWh - expectedWh
  })
}
