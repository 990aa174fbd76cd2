/** Says why a power that is for all devices together cannot be divided among them. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { EventTarget } from '../../schemas/utility.ts'
import type { ClaimReading } from './claim.ts'

/** The field and the reason; undefined = it can, or nothing has to be divided. */
export function sharedLimitFault({ intervals, targetW }: ClaimReading, targets: readonly EventTarget[], { powerLimit }: ProgramTerms) {
  const index = intervals.findIndex(({ valueW }) => valueW !== null)
  if (powerLimit !== 'allTogether' || index < 0) return undefined
  const place = `intervals[${index}].valueW`
  if (targetW !== null) return `${place}: is a limit for all devices together, which leaves nobody out for a targetW`
  const odd = targets.find(({ kind }) => kind !== 'all' && kind !== 'resource')
  return odd && `${place}: is a limit for all devices together, and who belongs to ${odd.kind} ${odd.ids.join(', ')} is not counted`
}
