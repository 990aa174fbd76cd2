/** Allocates capacity to events with a kW target, or a limit for all devices together, at first and at every deadline. */
import type { Allocation, CapacityBucket, EventDelivery } from '../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { isDivided } from '../dispatch/share.ts'
import { versionAt } from '../programs/fold.ts'
import type { Table } from '../runtime/define.ts'
import { allocate, levelShare, mergeBuckets } from './allocate.ts'
import { broadcast } from './broadcast.ts'
import { divide, sameDivision } from './divide.ts'
import type { BroadcastContext } from './ports.ts'
import { isPast, nextRound, ROUND_MS, type TargetCall } from './reserves.ts'

const PERMILLE = 1000

const rowsOf = <V>(table: Table<V>, term: string): readonly V[] =>
  table.indexed(term, undefined, Number.MAX_SAFE_INTEGER).flatMap((key) => table.get(key) ?? [])

function termsFor({ tables }: BroadcastContext, { programId, startMs }: UtilityEvent): ProgramTerms | undefined {
  const program = tables.programs.get(programId)
  return program && versionAt(program, startMs)?.terms
}

function capacityFor(context: BroadcastContext, event: UtilityEvent): { buckets: readonly CapacityBucket[]; overcallPermille: number } {
  const { tables } = context
  const terms = termsFor(context, event)
  const sums = rowsOf(tables.capacity, event.programId).map(({ buckets }) => buckets)
  return {
    buckets: mergeBuckets(sums, terms ? levelShare(event, terms) : PERMILLE),
    overcallPermille: terms?.overcallPermille ?? PERMILLE,
  }
}

/** Capacity to call for the target; a change that asks for no less keeps the reserves that were called. */
function callFrom({ targetW }: UtilityEvent, overcallPermille: number, before: TargetCall | undefined): number {
  const callW = Math.ceil(((targetW ?? 0) * overcallPermille) / PERMILLE)
  const keeps = before !== undefined && (targetW ?? 0) >= (before.event.targetW ?? 0)
  return keeps ? Math.max(callW, before.allocation.calledW) : callW
}

/** The allocation of an event, which is kept with the places that devices had when they were first called. */
function allocateTo(context: BroadcastContext, event: UtilityEvent, before: TargetCall | undefined): Allocation {
  const { buckets, overcallPermille } = capacityFor(context, event)
  const places = before && before.buckets.length > 0 ? before.buckets : buckets
  const { eventId, targetW } = event
  const round = before ? before.allocation.round + 1 : 0
  const allocation = allocate(places, { eventId, round, targetW: targetW ?? 0, callW: callFrom(event, overcallPermille, before) })
  // Without any capacity on record nobody is called; the next tick looks again.
  const checkMs = places.length === 0 ? context.nowMs : context.nowMs + ROUND_MS
  context.stores.calls.put(eventId, { event, allocation, buckets: places, checkMs })
  return allocation
}

/** Divides the event's limit among those who are there now; `round` counts how often. */
function divideNow(context: BroadcastContext, event: UtilityEvent, round: number): Allocation {
  const allocation = divide(event, rowsOf(context.tables.capacity, event.programId), round)
  context.stores.calls.put(event.eventId, { event, allocation, buckets: [], checkMs: context.nowMs + ROUND_MS })
  return allocation
}

/** The allocation of a new or changed event; undefined = it names no target and nothing to divide, or is cancelled. */
export function callFor(context: BroadcastContext, event: UtilityEvent): Allocation | undefined {
  const { calls } = context.stores
  const before = calls.get(event.eventId)
  if (event.kind === 'event' && event.targetW !== null) return allocateTo(context, event, before)
  const terms = termsFor(context, event)
  if (event.kind === 'event' && terms && isDivided(event, terms)) return divideNow(context, event, before ? before.allocation.round + 1 : 0)
  if (before) calls.delete(event.eventId)
  return undefined
}

const deliveriesOf = ({ tables }: BroadcastContext, eventId: string): readonly EventDelivery[] => rowsOf(tables.delivery, eventId)

/** The next allocation of an event whose deadline has come; undefined = as before. */
function reconsider(context: BroadcastContext, call: TargetCall): Allocation | undefined {
  if (call.allocation.division) {
    const next = divide(call.event, rowsOf(context.tables.capacity, call.event.programId), call.allocation.round + 1)
    if (!sameDivision(next, call.allocation)) return divideNow(context, call.event, next.round)
    context.stores.calls.put(call.event.eventId, { ...call, checkMs: context.nowMs + ROUND_MS })
    return undefined
  }
  if (call.buckets.length === 0) {
    return capacityFor(context, call.event).buckets.length > 0 ? allocateTo(context, call.event, call) : undefined
  }
  const next = nextRound(call, deliveriesOf(context, call.event.eventId))
  context.stores.calls.put(call.event.eventId, { ...call, allocation: next ?? call.allocation, checkMs: context.nowMs + ROUND_MS })
  return next
}

/** Looks again at every event whose deadline has come: calls reserves where something is missing, divides anew where devices came or went. */
export function callReserves(context: BroadcastContext): void {
  const { calls } = context.stores
  for (const [eventId, call] of calls.entries()) {
    if (call.checkMs > context.nowMs) continue
    if (isPast(call, context.nowMs)) {
      calls.delete(eventId)
      continue
    }
    const next = reconsider(context, call)
    if (next) broadcast(context, { events: [], programs: [], allocations: [next] })
  }
}
