/** Asks VENs to tell their VTN of resources that leave events and come back; single devices are nobody's business there. */
import { type Infer, list, of, record } from '../../schemas/avro.ts'
import { type UtilityEvent, type UtilityOpt, utilityEvent, utilityOpt } from '../../schemas/utility.ts'
import { programCapacity, programsView, utilityEvents, utilityOpts } from '../../topics/catalogue.ts'
import { addResources, knowsResources } from '../dispatch/resource-capacity.ts'
import { versionAt } from '../programs/fold.ts'
import { type Context, defineProcessor, store, table } from '../runtime/define.ts'
import { findChanges, isServed } from './decide.ts'

const watched = record('WatchedEvent', 'An event of a VTN that is in force, and what was told about it.', {
  event: of(utilityEvent, 'Newest revision.'),
  told: list(utilityOpt, 'Told and not taken back.'),
})
type Watched = Infer<typeof watched>

const outputs = { opt: utilityOpts }
const stores = { events: store(watched) }
const tables = { programs: table(programsView), capacity: table(programCapacity, ({ programId }) => [programId]) }
type AvailabilityContext = Context<typeof outputs, typeof stores, typeof tables, unknown>

const after = (told: readonly UtilityOpt[], changes: readonly UtilityOpt[]): readonly UtilityOpt[] => [
  ...told.filter((one) => !changes.some(({ action, optId }) => action === 'cancel' && optId === one.optId)),
  ...changes.filter(({ action }) => action === 'create'),
]

function look(context: AvailabilityContext, { event, told }: Watched): void {
  const { tables: known, nowMs } = context
  const program = known.programs.get(event.programId)
  const sums = known.capacity.indexed(event.programId, undefined, Number.MAX_SAFE_INTEGER).flatMap((key) => known.capacity.get(key) ?? [])
  // Of a resource that one partition does not tell of, nobody knows whether everybody left.
  if (sums.some(({ tooManyResources }) => tooManyResources)) return
  const marketContext = (program && versionAt(program, event.startMs)?.terms.marketContext) ?? null
  const changes = findChanges({ event, marketContext, resources: addResources(sums.flatMap(({ resources }) => resources)), told, nowMs })
  for (const change of changes) context.emit('opt', change)
  if (changes.length > 0) context.stores.events.put(event.eventId, { event, told: after(told, changes) })
}

/** Only VTNs of OpenADR are told, and only of programs whose resources they know: who asks by REST or Kafka reads the log. */
function isVisible({ tables: { programs } }: AvailabilityContext, { programId, vtnId, startMs }: UtilityEvent): boolean {
  const program = programs.get(programId)
  const terms = program && versionAt(program, startMs)?.terms
  return terms !== undefined && terms.vtnId === vtnId && knowsResources(terms)
}

export const availability = defineProcessor({
  name: 'availability',
  about: 'Asks VENs to tell of resources that leave or join events.',
  inputs: { event: utilityEvents },
  outputs,
  stores,
  tables,
  on: {
    event: (context, { value: event }) => {
      if (!event || (event.kind !== 'event' && event.kind !== 'cancelled') || !isVisible(context, event)) return
      const { events } = context.stores
      const before = events.get(event.eventId)
      if (!isServed(event, context.nowMs)) {
        if (before) events.delete(event.eventId)
        return
      }
      events.put(event.eventId, { event, told: before?.told ?? [] })
      look(context, { event, told: before?.told ?? [] })
    },
  },
  onTable: {
    capacity: (context, { value }) => {
      if (!value) return
      for (const [, one] of context.stores.events.entries()) if (one.event.programId === value.programId) look(context, one)
    },
  },
  onTick: ({ nowMs, stores: { events } }) => {
    for (const [eventId, { event }] of events.entries()) if (!isServed(event, nowMs)) events.delete(eventId)
  },
})
