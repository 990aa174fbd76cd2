/** Takes an order: notes what it says, and starts the pass that carries it out. */
import type { DispatchOrder } from '../../schemas/dispatch.ts'
import { versionAt } from '../programs/fold.ts'
import type { Received } from '../runtime/define.ts'
import { staleCapacity } from './capacity-count.ts'
import { isRunning, nextRenewalMs, retireMs, takeRevision } from './known-events.ts'
import { startPass } from './passes.ts'
import { type DispatchContext, notePartOf, ONLY, progressOf } from './ports.ts'
import { wakeAt } from './wake-ups.ts'

const coordinatesOf = ({ topic, partition, offset }: Received<unknown>): string => `${topic}-${partition}-${offset}`

/** Notes the newer revisions; returns the events that changed. */
function takeEvents(context: DispatchContext, order: DispatchOrder, causation: string): readonly string[] {
  const { stores, nowMs } = context
  return order.events.flatMap((event) => {
    if (event.kind !== 'event' && event.kind !== 'cancelled') return []
    const program = stores.programs.get(event.programId)
    const releaseStaggerS = (program && versionAt(program, event.startMs)?.terms.releaseStaggerS) ?? 0
    const taken = takeRevision(stores.events.get(event.eventId), event, { orderSeq: order.orderSeq, causation, nowMs, releaseStaggerS })
    if (!taken) return []
    stores.events.put(event.eventId, taken)
    wakeAt(context, retireMs(taken, nowMs), 'retire', event.eventId)
    const renewalMs = nextRenewalMs(taken, nowMs)
    if (renewalMs !== undefined) wakeAt(context, renewalMs, 'renew', event.eventId)
    return [event.eventId]
  })
}

/** Running events that new terms, a new allocation or a change of operator stops bear on. */
function affectedEvents({ stores, nowMs }: DispatchContext, order: DispatchOrder): readonly string[] {
  const programs = new Set(order.programs.map(({ programId }) => programId))
  const allocated = new Set(order.allocations.map(({ eventId }) => eventId))
  return stores.events
    .entries()
    .filter(([eventId, known]) => {
      const bears = order.holdsChanged || programs.has(known.event.programId) || allocated.has(eventId)
      return bears && isRunning(known, nowMs)
    })
    .map(([eventId]) => eventId)
}

/** Whether the order's copy of a program says more than what is known. */
function takePrograms({ stores }: DispatchContext, order: DispatchOrder): DispatchOrder['programs'] {
  const changed = order.programs.filter((program) => JSON.stringify(program) !== JSON.stringify(stores.programs.get(program.programId)))
  for (const program of changed) stores.programs.put(program.programId, program)
  return changed
}

/** Orders come once and in order; one that is not newer than the last is left. */
export function takeOrder(context: DispatchContext, received: Received<DispatchOrder>): void {
  const { stores } = context
  const order = received.value
  if (!order || order.orderSeq <= progressOf(context).orderSeq) return
  const causation = coordinatesOf(received)
  const programs = takePrograms(context, order)
  staleCapacity(
    context,
    programs.map(({ programId }) => programId),
  )
  for (const allocation of order.allocations) stores.allocations.put(allocation.eventId, allocation)
  if (order.holdsChanged) stores.holds.put(ONLY, { holds: order.holds })
  const changed = takeEvents(context, order, causation)
  const { revision } = progressOf(context)
  notePartOf(context, { orderSeq: order.orderSeq, revision: revision + 1 })
  const eventIds = [...new Set([...changed, ...affectedEvents(context, { ...order, programs })])].sort()
  startPass(context, { trigger: 'order', orderSeq: order.orderSeq, causation, eventIds })
}
