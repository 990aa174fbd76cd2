/** Folds orders into the events that settlement knows. */
import type { UtilityEvent } from '../../schemas/utility.ts'
import type { SettledEvent } from './state.ts'

/** The event after an order told of it; null = there is nothing to settle. */
export function foldEvent(before: SettledEvent | undefined, told: UtilityEvent): SettledEvent | null {
  const known = before?.phase === 'forgetting' ? undefined : before
  const isOver = known !== undefined && known.phase !== 'waiting'
  if (told.kind === 'cancelled') return known ? cancelEvent(known, told.receivedMs) : null
  if (told.kind !== 'event') return known ?? null
  const { eventId, programId, startMs, endMs } = told
  const changed = known?.startMs !== startMs || known.endMs !== endMs
  if (known && !changed) return known
  return {
    ...(known ?? newEvent(eventId, programId)),
    startMs,
    endMs,
    isSettled: told.test !== 'drill',
    // What was settled already is settled again once the new end has passed.
    phase: 'waiting',
    reason: isOver ? 'method' : 'initial',
    cursor: '',
    asked: null,
    isClosed: false,
  }
}

/** A cancellation before the start undoes the event, one on the way ends it; one after the end changes nothing. */
function cancelEvent(known: SettledEvent, receivedMs: number): SettledEvent | null {
  if (receivedMs <= known.startMs) return null
  return receivedMs >= known.endMs ? known : { ...known, endMs: receivedMs }
}

function newEvent(eventId: string, programId: string): SettledEvent {
  return {
    eventId,
    programId,
    startMs: 0,
    endMs: 0,
    isSettled: true,
    phase: 'waiting',
    reason: 'initial',
    cursor: '',
    asked: null,
    termsHash: '',
    fromMs: 0,
    toMs: 0,
    isClosed: false,
    finalizing: false,
  }
}
