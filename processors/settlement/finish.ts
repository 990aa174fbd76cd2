/** The long parts of settling, in transactions of bounded size: results become final, past events are forgotten. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { SettlementContext } from './define.ts'
import { entriesOf, unitKey } from './keys.ts'
import type { SettledEvent } from './state.ts'
import { termsOf } from './tick.ts'
import { finalizeResult } from './write-result.ts'

/** Does the next part of the first event that has one; whether there is more. */
export function finishEvents(context: SettlementContext, budget: number): boolean {
  for (const [eventId, event] of context.stores.events.entries()) {
    if (!hasWork(event)) continue
    const terms = termsOf(context, event)
    const next = event.phase === 'forgetting' ? forget(context, event, budget) : terms ? finish(context, event, terms, budget) : null
    if (next === null) context.stores.events.delete(eventId)
    else context.stores.events.put(eventId, next)
    return true
  }
  return false
}

function hasWork(event: SettledEvent): boolean {
  return event.phase === 'forgetting' || event.phase === 'closing' || (event.phase === 'watch' && event.finalizing)
}

function finish(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, budget: number): SettledEvent {
  return event.phase === 'closing' ? close(context, event, terms, budget) : finalizeReady(context, event, terms, budget)
}

/** Complete results become final for the reason that they were written for. */
function finalizeReady(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, budget: number): SettledEvent {
  const { ready, units } = context.stores
  const part = entriesOf(ready, event.eventId, '', budget)
  for (const [unitId] of part) {
    const key = unitKey(event.eventId, unitId)
    const unit = units.get(key)
    ready.delete(key)
    if (unit?.result) finalizeResult(context, unit, terms, unit.result.reason)
  }
  return part.length < budget ? { ...event, finalizing: false } : event
}

function close(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, budget: number): SettledEvent {
  const part = entriesOf(context.stores.units, event.eventId, event.cursor, budget)
  for (const [, unit] of part) finalizeResult(context, unit, terms, 'deadline')
  if (part.length === budget) return { ...event, cursor: part.at(-1)?.[0] ?? '' }
  return { ...event, phase: 'watch', cursor: '', isClosed: true }
}

/** Null = nothing of the event is left. */
function forget(context: SettlementContext, event: SettledEvent, budget: number): SettledEvent | null {
  const { units, dirty, ready } = context.stores
  const part = entriesOf(units, event.eventId, '', budget)
  for (const [unitId] of part) {
    const key = unitKey(event.eventId, unitId)
    units.delete(key)
    dirty.delete(key)
    ready.delete(key)
  }
  return part.length < budget ? null : event
}
