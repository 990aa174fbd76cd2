/** The other events that a unit's baseline has to know of. */

import type { OtherEvent } from './baseline/input.ts'
import type { SettlementContext } from './define.ts'
import { unitKey } from './keys.ts'
import type { SettledEvent } from './state.ts'
import { LONGEST_LOOKBACK_MS } from './times.ts'

/** For an event: gives the others that reached a unit, of whatever program, from the look-back to the day after. */
export function otherEventsOf(context: SettlementContext, event: SettledEvent): (unitId: string) => OtherEvent[] {
  const near = context.stores.events
    .entries()
    .map(([, other]) => other)
    .filter((other) => other.eventId !== event.eventId && isNear(other, event))
  return (unitId) =>
    near.flatMap(({ eventId, programId, startMs, endMs }) => {
      const unit = context.stores.units.get(unitKey(eventId, unitId))
      return unit ? [{ startMs, endMs, own: programId === event.programId, reach: unit.reach }] : []
    })
}

function isNear(other: SettledEvent, event: SettledEvent): boolean {
  return other.endMs > event.startMs - LONGEST_LOOKBACK_MS && other.startMs < event.endMs + 2 * 86_400_000
}
