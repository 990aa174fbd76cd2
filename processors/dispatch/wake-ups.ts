/** Keeps what has to be done at a time, in order of time, and does what is due on a tick. */
import { nextRenewalMs, retireMs } from './known-events.ts'
import { startPass } from './passes.ts'
import { type DispatchContext, notePartOf, progressOf, sortable, type WakeUp } from './ports.ts'

/** Asks to be woken; twice for the same time, kind and event is once. */
export const wakeAt = ({ stores }: DispatchContext, atMs: number, kind: WakeUp['kind'], eventId: string): void =>
  stores.wakeUps.put(`${sortable(atMs)}/${kind}/${eventId}`, { kind, eventId })

const MOST_AT_ONCE = 1000

function dueOf({ stores, nowMs }: DispatchContext): readonly (readonly [string, WakeUp])[] {
  const limit = sortable(nowMs + 1)
  return stores.wakeUps.entries(undefined, MOST_AT_ONCE).filter(([key]) => key < limit)
}

/** Forgets an event of which nothing is left on any device, or comes back when that may be so. */
function retire(context: DispatchContext, eventId: string): void {
  const { stores, nowMs } = context
  const known = stores.events.get(eventId)
  if (!known) return
  const atMs = retireMs(known, nowMs)
  if (atMs > nowMs) {
    wakeAt(context, atMs, 'retire', eventId)
    return
  }
  stores.events.delete(eventId)
  stores.allocations.delete(eventId)
  notePartOf(context, { revision: progressOf(context).revision + 1 })
}

/** The events of `eventIds` whose devices have to be looked at again now; asks to be woken for the next time. */
function renewable(context: DispatchContext, eventIds: readonly string[]): readonly string[] {
  return eventIds.filter((eventId) => {
    const known = context.stores.events.get(eventId)
    const nextMs = known && nextRenewalMs(known, context.nowMs)
    if (nextMs !== undefined) wakeAt(context, nextMs, 'renew', eventId)
    return known !== undefined
  })
}

/** Does what is due. */
export function wakeUp(context: DispatchContext): void {
  const due = dueOf(context)
  if (due.length === 0) return
  for (const [key] of due) context.stores.wakeUps.delete(key)
  for (const [, { kind, eventId }] of due) if (kind === 'retire') retire(context, eventId)
  const renewals = [...new Set(due.filter(([, { kind }]) => kind === 'renew').map(([, { eventId }]) => eventId))].sort()
  const { orderSeq } = progressOf(context)
  const eventIds = renewable(context, renewals)
  if (eventIds.length > 0) startPass(context, { trigger: 'tick', orderSeq, causation: '', eventIds })
}
