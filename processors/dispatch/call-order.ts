/** The order in which devices of an event with a kW target are called: fewest events this season first, ties by hash. */
import type { Allocation } from '../../schemas/dispatch.ts'
import type { EventInForce } from './events-in-force.ts'
import type { TakenEvent } from './ledger.ts'
import { countedOf } from './limits.ts'
import { hashBucket } from './seed.ts'

/** Events that the device had in the season before this one; fixed once it was called, so that a further round never drops it. */
export function eventsBefore({ event, season }: EventInForce, taken: readonly TakenEvent[]): number {
  const own = taken.find(({ eventId }) => eventId === event.eventId)
  return own ? own.eventsBefore : countedOf(taken, event.programId, season).length
}

/** Whether a device at that place is called; monotone in the threshold. */
export function isCalled(allocation: Allocation | undefined, deviceId: string, before: number): boolean {
  if (!allocation || allocation.division || before < allocation.thresholdEvents) return true
  return before === allocation.thresholdEvents && hashBucket(deviceId) <= allocation.thresholdBucket
}
