/** Says what devices are told of an event, by what the utility was answered. */
import type { UtilityEvent } from '../../schemas/utility.ts'

/**
 * The event as partitions plan it; undefined = they are told nothing. While an operator has still to decide, what was agreed to
 * before goes on; an event that we left is over for devices that know it.
 */
export function asOrdered(event: UtilityEvent): UtilityEvent | undefined {
  if ((event.kind !== 'event' && event.kind !== 'cancelled') || !event.ordered || event.again) return undefined
  if (event.kind === 'cancelled' || event.optCause === 'termsBroken') return event
  if (event.opt === null) return undefined
  return event.opt === 'optIn' ? event : { ...event, kind: 'cancelled' }
}
