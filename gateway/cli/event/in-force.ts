/** Folds the events that were ever recorded into those in force, and the operator stops in force. */
import { asOrdered } from '../../../processors/broadcaster/ordered.ts'
import type { OperatorHold, UtilityEvent } from '../../../schemas/utility.ts'

export interface InForce {
  /** Newest revisions, by event; also cancelled ones. */
  readonly events: ReadonlyMap<string, UtilityEvent>
  readonly holds: ReadonlyMap<string, OperatorHold>
}

/** In the order of the log. A refusal, and what waits for an operator, changes nothing that is in force. */
export function foldEvents(records: readonly UtilityEvent[]): InForce {
  const events = new Map<string, UtilityEvent>()
  const holds = new Map<string, OperatorHold>()
  for (const event of records) {
    const ordered = asOrdered(event)
    if (ordered) events.set(event.eventId, ordered)
    if (event.kind === 'hold' && event.hold) holds.set(event.eventId, event.hold)
    if (event.kind === 'unhold') holds.delete(event.eventId)
  }
  return { events, holds }
}
