/** Counts the capacity of programs in this partition when something changed, and publishes the sums that differ. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { versionAt } from '../programs/fold.ts'
import { addBuckets, bucketOf, countedProgram } from './capacity.ts'
import { UNTOLD } from './ledger.ts'
import { openLedger } from './ledger-pages.ts'
import { type CapacitySum, type DispatchContext, notePartOf, progressOf } from './ports.ts'
import { addResources, knowsResources, MOST_RESOURCES, resourceOf } from './resource-capacity.ts'
import { eventsNow } from './world.ts'

/** Counts of one program begin at least this far apart. */
const REST_MS = 10_000

/** Suspensions and enrollments begin and end by time alone, so that sums are looked at again after this. */
const FRESH_MS = 3_600_000

const NEVER: CapacitySum = {
  stale: true,
  counting: false,
  cursor: '',
  partial: [],
  published: [],
  partialResources: [],
  publishedResources: [],
  tooManyResources: false,
  countedMs: 0,
}

type Counted = Pick<CapacitySum, 'partial' | 'partialResources' | 'tooManyResources'>
const nothing: Pick<Counted, 'partial' | 'partialResources'> = { partial: [], partialResources: [] }

/** Notes that the sums of these programs may have changed; beside the other counters of the task, so that a pass has fewer topics to write. */
export function staleCapacity(context: DispatchContext, programIds: Iterable<string>): void {
  const known = progressOf(context).staleProgramIds
  const fresh = [...programIds].filter((programId) => !known.includes(programId) && !context.stores.capacity.get(programId)?.stale)
  if (fresh.length > 0) notePartOf(context, { staleProgramIds: [...known, ...fresh] })
}

function takeStale(context: DispatchContext): void {
  const { staleProgramIds } = progressOf(context)
  if (staleProgramIds.length === 0) return
  const { capacity } = context.stores
  for (const programId of staleProgramIds) capacity.put(programId, { ...(capacity.get(programId) ?? NEVER), stale: true })
  notePartOf(context, { staleProgramIds: [] })
}

/** Begins the counts that are due. */
export function beginCounts(context: DispatchContext): void {
  const { stores, nowMs } = context
  takeStale(context)
  for (const [programId, sum] of stores.capacity.entries()) {
    const age = nowMs - sum.countedMs
    if (sum.counting || !(sum.stale ? age >= REST_MS : age >= FRESH_MS)) continue
    stores.capacity.put(programId, { ...sum, stale: false, counting: true, cursor: '', ...nothing, tooManyResources: false })
  }
}

function countingOf({ stores }: DispatchContext): readonly [string, CapacitySum] | undefined {
  const found = stores.capacity.entries().find(([, sum]) => sum.counting)
  return found && [found[0], found[1]]
}

export const isCounting = (context: DispatchContext): boolean => countingOf(context) !== undefined

function termsOf({ stores, nowMs }: DispatchContext, programId: string): ProgramTerms | undefined {
  const program = stores.programs.get(programId)
  const version = program && versionAt(program, nowMs)
  return version && !version.withdrawn ? version.terms : undefined
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function endCount(context: DispatchContext, programId: string, sum: CapacitySum, counted: Counted): void {
  const { stores, nowMs, partition } = context
  const { partial: published, partialResources: publishedResources, tooManyResources } = counted
  if (!equal(published, sum.published) || !equal(publishedResources, sum.publishedResources)) {
    const asOfOffset = progressOf(context).stateOffset
    context.emit('capacity', { programId, partition, asOfOffset, buckets: published, resources: publishedResources, tooManyResources })
  }
  const ended = { counting: false, cursor: '', published, publishedResources, tooManyResources, countedMs: nowMs }
  stores.capacity.put(programId, { ...sum, ...nothing, ...ended })
}

function countResources(
  context: DispatchContext,
  [programId, { partialResources, tooManyResources }]: readonly [string, CapacitySum],
  deviceIds: readonly string[],
): Pick<Counted, 'partialResources' | 'tooManyResources'> {
  const { tables, nowMs } = context
  const terms = termsOf(context, programId)
  if (tooManyResources || !terms || !knowsResources(terms)) return { partialResources: [], tooManyResources }
  const events = eventsNow(context).filter(({ event, cancelledMs }) => event.programId === programId && cancelledMs === null)
  const resources = deviceIds.flatMap((deviceId) => {
    const device = tables.devices.get(deviceId)
    return (device && resourceOf(device, { programId, terms }, nowMs, events)) ?? []
  })
  const added = addResources([...partialResources, ...resources])
  return added.length > MOST_RESOURCES ? { partialResources: [], tooManyResources: true } : { partialResources: added, tooManyResources }
}

/** Counts at most `budget` devices of a program whose count is under way. */
export function workOnCount(context: DispatchContext, budget: number): void {
  const { stores, tables, nowMs } = context
  const found = countingOf(context)
  if (!found) return
  const [programId, sum] = found
  const terms = termsOf(context, programId)
  const deviceIds = terms ? tables.devices.indexed(programId, sum.cursor === '' ? undefined : sum.cursor, budget) : []
  const ledger = openLedger(stores.ledger)
  const program = terms && countedProgram(programId, terms, nowMs)
  const buckets = deviceIds.flatMap((deviceId) => {
    const device = tables.devices.get(deviceId)
    const taken = (ledger.get(deviceId)?.state ?? UNTOLD).taken
    return (device && program && bucketOf(device, taken, program, nowMs)) ?? []
  })
  const counted = { partial: addBuckets([...sum.partial, ...buckets]), ...countResources(context, found, deviceIds) }
  const last = deviceIds.at(-1)
  if (last !== undefined && deviceIds.length === budget) stores.capacity.put(programId, { ...sum, ...counted, cursor: last })
  else endCount(context, programId, sum, counted)
}
