/** Tells every device partition what it must know: events, program terms, allocations and holds. */
import type { UtilityEvent } from '../../schemas/utility.ts'
import { defineProcessor } from '../runtime/define.ts'
import { gather } from './batch.ts'
import { broadcast } from './broadcast.ts'
import { callFor, callReserves } from './calls.ts'
import { foldHolds } from './holds.ts'
import { asOrdered } from './ordered.ts'
import { type BroadcastContext, inputs, ONLY, outputs, stores, tables } from './ports.ts'

/** One signal as one order; what was refused, or left to an operator, is nobody's business here. */
function order(context: BroadcastContext, signal: readonly UtilityEvent[]): void {
  const events = signal.flatMap((event) => asOrdered(event) ?? [])
  const before = context.stores.holds.get(ONLY)?.holds ?? []
  const holds = foldHolds(before, signal)
  if (holds !== before) context.stores.holds.put(ONLY, { holds })
  if (events.length === 0 && holds === before) return
  const programIds = [...new Set(events.map(({ programId }) => programId))]
  broadcast(context, {
    events,
    // Terms go with every event, so that a partition never plans by older ones than those the event was accepted by.
    programs: programIds.flatMap((programId) => context.tables.programs.get(programId) ?? []),
    allocations: events.flatMap((event) => callFor(context, event) ?? []),
    ...(holds === before ? {} : { holds }),
  })
}

export const broadcaster = defineProcessor({
  name: 'broadcaster',
  about: 'Writes one copy of each order to every device partition.',
  inputs,
  outputs,
  stores,
  tables,
  on: {
    event: (context, { value: event }) => {
      if (!event) return
      const { pending, whole } = gather(context.stores.pending.get(ONLY)?.events ?? [], event)
      if (pending.length > 0) context.stores.pending.put(ONLY, { events: pending })
      else context.stores.pending.delete(ONLY)
      for (const signal of whole) order(context, signal)
    },
  },
  onTable: {
    programs: (context, { value: program }) => {
      if (program) broadcast(context, { events: [], programs: [program], allocations: [] })
    },
  },
  onTick: callReserves,
})
