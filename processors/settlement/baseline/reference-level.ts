/** Answers a baseline that was fixed beforehand as a level of power. */
import { rational } from '../exact/rational.ts'
import type { UnitHistory } from './input.ts'
import { hashFacts } from './input-hash.ts'
import type { BaselineOutcome } from './outcome.ts'
import type { BaselinePlan } from './plan.ts'
import { noBaseline } from './refuse.ts'
import { settleUnadjusted } from './settle-unadjusted.ts'
import type { ReferenceLevelMethod } from './terms.ts'

const HOUR_MS = 3_600_000n

/** W over one interval: `W × length / 1 h`. With level 0 the metered output itself is the performance. */
export function evaluateReferenceLevel(plan: BaselinePlan<ReferenceLevelMethod>, unit: UnitHistory): BaselineOutcome {
  const levelW = plan.method.levelW ?? unit.referenceW
  if (levelW === null) return noBaseline(plan, 'no-reference-level', 'the unit has no registered level')
  const energies = plan.slots.event.map((slot) => {
    return rational(BigInt(levelW) * BigInt(slot.endMs - slot.startMs), HOUR_MS)
  })
  return settleUnadjusted(plan, energies, hashFacts(plan, [`${levelW} W`]))
}
