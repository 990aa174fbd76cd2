/** What the interpreter reads, writes and remembers. */
import { added, long, record, string } from '../../schemas/avro.ts'
import type { ProgramCapacity } from '../../schemas/dispatch.ts'
import type { Program } from '../../schemas/programs.ts'
import { type UtilityEvent, utilityEvent } from '../../schemas/utility.ts'
import { programCapacity, programsView, utilityEvents, utilityRequests, utilitySignals } from '../../topics/catalogue.ts'
import { levelShare, mergeBuckets } from '../broadcaster/allocate.ts'
import { type Context, type Store, store, type Table, table } from '../runtime/define.ts'
import type { DeliverableW } from './opt.ts'

const sender = record('Sender', 'What a VTN called us.', { venId: string('venID that the VTN gave us.') })

const takenRequest = record('TakenRequest', 'A request that was taken.', {
  offset: long('Offset of the request.'),
  atMs: added(long('When it was taken, epoch ms UTC.'), 0),
})

export const inputs = { signal: utilitySignals, request: utilityRequests }
export const outputs = { event: utilityEvents }
export const stores = { senders: store(sender), events: store(utilityEvent), taken: store(takenRequest) }
export const tables = {
  programs: table(programsView, () => ['all']),
  capacity: table(programCapacity, ({ programId }) => [programId]),
}
export type InterpreterContext = Context<typeof outputs, typeof stores, typeof tables, unknown>

export const keyOf = (vtnId: string, theirEventId: string): string => `${vtnId}\u0000${theirEventId}`

/** Events of one sender, by theirEventId. */
export function eventsOf(events: Store<UtilityEvent>, vtnId: string): ReadonlyMap<string, UtilityEvent> {
  const prefix = keyOf(vtnId, '')
  const found = new Map<string, UtilityEvent>()
  for (const [key, event] of events.entries(prefix, Number.MAX_SAFE_INTEGER)) {
    if (!key.startsWith(prefix)) break
    found.set(event.theirEventId, event)
  }
  return found
}

const rowsOf = <V>(rows: Table<V>, term: string): readonly V[] =>
  rows.indexed(term, undefined, Number.MAX_SAFE_INTEGER).flatMap((key) => rows.get(key) ?? [])

export const allPrograms = ({ tables: { programs } }: InterpreterContext): readonly Program[] => rowsOf(programs, 'all')

/** Capacity of the program's devices as they stand now, by the share of it that the event's levels call on. */
export const deliverableIn =
  ({ tables: { capacity } }: InterpreterContext): DeliverableW =>
  (event, terms) =>
    mergeBuckets(
      rowsOf<ProgramCapacity>(capacity, event.programId).map(({ buckets }) => buckets),
      levelShare(event, terms),
    ).reduce((sum, { capacityW }) => sum + capacityW, 0)
