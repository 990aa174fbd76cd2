/** Gathers what the dispatcher knows besides devices from its stores. */
import { type EventInForce, eventsInForce, type World } from './events-in-force.ts'
import { RENEWAL_STEP_MS } from './known-events.ts'
import { type DispatchContext, ONLY, progressOf } from './ports.ts'

export function worldOf({ stores }: DispatchContext): World {
  return {
    known: stores.events.entries().map(([, known]) => known),
    programs: new Map(stores.programs.entries()),
    allocations: new Map(stores.allocations.entries()),
    holds: stores.holds.get(ONLY)?.holds ?? [],
  }
}

interface Remembered {
  readonly revision: number
  readonly untilMs: number
  readonly events: readonly EventInForce[]
}

/** Memory of a pure function: events in force follow from the stores, whose revision is counted, and from the piece that open-ended events are in. */
const remembered = new WeakMap<object, Remembered>()

/** Until when `events` stay as they are: open-ended ones grow piece by piece. */
function steadyUntilMs(events: readonly EventInForce[], nowMs: number): number {
  const growing = events.filter(({ event }) => event.openEnded).map(({ event }) => event.startMs)
  const steps = growing.map((startMs) => startMs + (Math.max(0, Math.floor((nowMs - startMs) / RENEWAL_STEP_MS)) + 1) * RENEWAL_STEP_MS)
  return Math.min(Number.POSITIVE_INFINITY, ...steps)
}

/** The events that devices may have to serve now or later, the first to be served first. */
export function eventsNow(context: DispatchContext): readonly EventInForce[] {
  const { revision } = progressOf(context)
  const known = remembered.get(context.stores.events)
  if (known && known.revision === revision && context.nowMs < known.untilMs) return known.events
  const events = eventsInForce(worldOf(context), context.nowMs)
  remembered.set(context.stores.events, { revision, untilMs: steadyUntilMs(events, context.nowMs), events })
  return events
}
