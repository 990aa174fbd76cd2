/** Answers a baseline from the event day itself: the mean of hours before, and after, the event. */
import { rational } from '../exact/rational.ts'
import type { UnitHistory } from './input.ts'
import { hashInput } from './input-hash.ts'
import { cutSlots, presenceOf, totalWh, viewLoad } from './load.ts'
import type { BaselineOutcome } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'
import { noBaseline } from './refuse.ts'
import { settleUnadjusted } from './settle-unadjusted.ts'
import type { SameDayMethod } from './terms.ts'

/** Flat over the event. A window interval under another event is cut; one that is missing leaves no baseline. */
export function evaluateSameDay(plan: BaselinePlan<SameDayMethod>, unit: UnitHistory): BaselineOutcome {
  const load = viewLoad(plan, unit.series)
  if (load === null) return noBaseline(plan, 'grid-mismatch', 'the series does not run on the grid of the program')
  const cut = cutSlots(plan.slots.adjust, unit.otherEvents)
  const samples = plan.eventDaySamples.adjust
  const left = samples.steps.length - (cut === null ? 0 : cut.reduce((sum, mark) => sum + mark, 0))
  const inputHash = hashInput({ plan, load, examined: [], temperatures: null, cut: { adjust: cut, match: null } })
  if (left === 0) return { ...noBaseline(plan, 'event-day-incomplete', 'windows: cut away by other events'), inputHash }
  const presence = presenceOf(load, samples, cut)
  if (presence !== 'present') return { ...noBaseline(plan, 'event-day-incomplete', `windows: ${presence}`), inputHash }
  const mean = rational(BigInt(totalWh(load, samples, cut)), BigInt(left))
  return settleUnadjusted(
    plan,
    plan.slots.event.map(() => mean),
    inputHash,
  )
}
