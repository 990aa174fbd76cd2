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

const PERMILLE = 1000
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Resources that the event targets; undefined = it targets something else, or they are not counted apart. */
function targetedResources(event: UtilityEvent, rows: readonly ProgramCapacity[]): ReadonlySet<string> | undefined {
  const counted = rows.some(({ resources }) => resources.length > 0) && !rows.some(({ tooManyResources }) => tooManyResources)
  const isTargeted = event.targets.length > 0 && event.targets.every(({ kind }) => kind === 'resource')
  return counted && isTargeted ? new Set(event.targets.flatMap(({ ids }) => ids)) : undefined
}

/**
 * Capacity as it stands now, by the share of it that the event's levels call on: of the resources that it targets where these are
 * counted apart, else of the whole program.
 */
export const deliverableIn =
  ({ tables: { capacity } }: InterpreterContext): DeliverableW =>
  (event, terms) => {
    const rows = rowsOf<ProgramCapacity>(capacity, event.programId)
    const share = levelShare(event, terms)
    const targeted = targetedResources(event, rows)
    if (!targeted)
      return sum(
        mergeBuckets(
          rows.map(({ buckets }) => buckets),
          share,
        ).map(({ capacityW }) => capacityW),
      )
    const resources = rows.flatMap((row) => row.resources).filter(({ resourceId }) => targeted.has(resourceId))
    return Math.floor((sum(resources.map(({ availableW }) => availableW)) * share) / PERMILLE)
  }
