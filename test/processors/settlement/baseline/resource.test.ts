/** Resources of several units, and the methods that need no history. */
import { describe, expect, it } from 'vitest'
import { evaluateResource } from '../../../../processors/settlement/baseline/aggregate.ts'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import { planBaseline } from '../../../../processors/settlement/baseline/plan.ts'
import type { BaselineMethod } from '../../../../processors/settlement/baseline/terms.ts'
import { add, rational, ZERO } from '../../../../processors/settlement/exact/rational.ts'
import { expectBaseline, expectNone, HOUR_MS, inputOf, localMs, meanTen, type Story, tenInTen } from './build.ts'

const ZONE = 'America/Los_Angeles'
const eventStartMs = localMs('2025-07-16', 17 * 60, ZONE)
const todayMs = localMs('2025-07-16', 0, ZONE)

const told = (load: Story['load']): Story => ({ zone: ZONE, eventStartMs, eventEndMs: eventStartMs + 2 * HOUR_MS, stepMs: HOUR_MS, load })
const inputs = [
  inputOf(told((startMs) => (startMs >= todayMs ? 3000 : 1000))),
  inputOf(told((startMs) => (startMs >= todayMs ? 500 : 1000 + ((startMs / HOUR_MS) % 7)))),
  inputOf(told((startMs) => 2000 + ((startMs / HOUR_MS) % 3))),
]
const units = inputs.map((input) => input.unit)
const [context] = inputs
if (context === undefined) throw new Error('no input')

describe('a resource', () => {
  it('summed before: one selection and one cap for the summed load', () => {
    const outcome = evaluateResource(planBaseline({ ...tenInTen, aggregate: 'before' }, context), units)
    const summed = inputOf(told((startMs) => inputs.reduce((sum, input) => sum + whOf(input, startMs), 0)))
    expect(outcome.members).toEqual([])
    expect(expectBaseline(outcome.resource)).toEqual(expectBaseline(evaluateBaseline({ ...tenInTen, aggregate: 'before' }, summed)))
  })

  it('summed after: the exact baselines of the members, rounded once', () => {
    const plan = planBaseline({ ...meanTen, aggregate: 'after' }, context)
    const outcome = evaluateResource(plan, units)
    const members = outcome.members.map(expectBaseline)
    const resource = expectBaseline(outcome.resource)
    expect(resource.unadjusted).toEqual([0, 1].map((i) => members.reduce((sum, m) => add(sum, m.unadjusted[i] ?? ZERO), ZERO)))
    expect(resource).toMatchObject({ adjustmentNote: 'per-member', capped: false })
  })

  it('before and after differ once a cap bites', () => {
    const before = expectBaseline(evaluateResource(planBaseline({ ...tenInTen, aggregate: 'before' }, context), units).resource)
    const after = expectBaseline(evaluateResource(planBaseline({ ...tenInTen, aggregate: 'after' }, context), units).resource)
    expect(after.capped).toBe(true)
    expect(after.baselineWh).not.toEqual(before.baselineWh)
  })

  it('has no baseline when a member has none, or when grids differ', () => {
    const empty = inputOf(told(() => null)).unit
    const outcome = evaluateResource(planBaseline({ ...meanTen, aggregate: 'after' }, context), [...units, empty])
    expect(expectNone(outcome.resource)).toMatchObject({ reason: 'member-without-baseline', detail: '1 of 4 units have none' })
    const summed = evaluateResource(planBaseline(meanTen, context), [...units, empty])
    expect(expectNone(summed.resource).reason).toBe('too-few-days')
    const quarter = inputOf({ ...told(() => 1), stepMs: HOUR_MS / 4 }).unit
    expect(expectNone(evaluateResource(planBaseline(meanTen, context), [...units, quarter]).resource).reason).toBe('grid-mismatch')
    expect(expectNone(evaluateResource(planBaseline(meanTen, context), []).resource).reason).toBe('member-without-baseline')
  })
})

describe('methods without history', () => {
  const common = { acceptQuality: ['measured'], floorWh: null, aggregate: 'before' } as const
  const control: BaselineMethod = { ...common, kind: 'control-group', minUnits: 2 }
  const level: BaselineMethod = { ...common, kind: 'reference-level', levelW: null }

  it('control group: the mean of the complete control units', () => {
    const [a, b, c] = [10, 21, 32].map((wh) => inputOf(told(() => wh)).unit.series)
    const gap = inputOf(told((startMs) => (startMs === eventStartMs ? null : 999))).unit.series
    if (a === undefined || b === undefined || c === undefined) throw new Error('no series')
    const withControl = (series: (typeof a)[]) => ({ ...context, unit: { ...context.unit, control: series } })
    const outcome = expectBaseline(evaluateBaseline(control, withControl([a, b, c, gap])))
    expect(outcome.unadjusted).toEqual([rational(21n), rational(21n)])
    expect(expectBaseline(evaluateBaseline(control, withControl([a, b]))).baselineWh).toEqual([16, 16])
    expect(expectNone(evaluateBaseline(control, withControl([a, gap])))).toMatchObject({ reason: 'too-few-control-units' })
  })

  it('reference level: watts over the interval; 0 for metered output; none without a level', () => {
    const at = (referenceW: number | null) => ({ ...context, unit: { ...context.unit, referenceW } })
    expect(expectBaseline(evaluateBaseline(level, at(7200))).baselineWh).toEqual([7200, 7200])
    expect(expectBaseline(evaluateBaseline({ ...level, levelW: 0 }, at(null))).baselineWh).toEqual([0, 0])
    expect(expectNone(evaluateBaseline(level, at(null))).reason).toBe('no-reference-level')
  })
})

function whOf(input: (typeof inputs)[number], startMs: number): number {
  const { series } = input.unit
  return series.wh[(startMs - series.startMs) / series.stepMs] ?? 0
}
