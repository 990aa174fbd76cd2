/** Walks the devices of an order's programs in order of ids, a bounded number at a time, and remembers how far it came. */
import type { DeviceState } from '../../schemas/enrollment.ts'
import { staleCapacity } from './capacity-count.ts'
import type { Renderers } from './decider.ts'
import { type DispatchContext, notePartOf, type Pass, programsOf, progressOf, sortable } from './ports.ts'
import { openStep } from './reconcile.ts'
import { eventsNow } from './world.ts'

type Wanted = Pick<Pass, 'trigger' | 'orderSeq' | 'causation' | 'eventIds'>

function programsFor({ stores }: DispatchContext, eventIds: readonly string[]): readonly string[] {
  return [...new Set(eventIds.flatMap((eventId) => stores.events.get(eventId)?.event.programId ?? []))].sort()
}

/** A newer order ends older passes over the same events: the new one walks their devices from the start. */
function endOlderPasses(context: DispatchContext, eventIds: readonly string[]): void {
  const { passes } = context.stores
  const newer = new Set(eventIds)
  for (const [key, pass] of passes.entries()) {
    const left = pass.eventIds.filter((eventId) => !newer.has(eventId))
    if (left.length === pass.eventIds.length) continue
    if (left.length === 0) passes.delete(key)
    else passes.put(key, { ...pass, eventIds: left })
  }
}

/** Queues a pass over the devices of the programs of these events. */
export function startPass(context: DispatchContext, wanted: Wanted): void {
  if (wanted.eventIds.length === 0) return
  if (wanted.trigger === 'order') endOlderPasses(context, wanted.eventIds)
  const number = progressOf(context).passes + 1
  notePartOf(context, { passes: number })
  const programIds = programsFor(context, wanted.eventIds)
  context.stores.passes.put(sortable(number), { ...wanted, programIds, programIndex: 0, cursor: '' })
}

/** A device in several programs of the pass is visited in the first one only. */
function isFirstVisit(device: DeviceState, { programIds, programIndex }: Pass): boolean {
  if (programIndex === 0) return true
  const own = programsOf(device)
  return !programIds.slice(0, programIndex).some((programId) => own.includes(programId))
}

function visit(context: DispatchContext, pass: Pass, deviceIds: readonly string[], renderers: Renderers): void {
  const { trigger, orderSeq, causation } = pass
  const recorded = new Set(pass.eventIds)
  const step = openStep(context, {
    trigger,
    orderSeq,
    causation,
    events: eventsNow(context),
    renderers,
    // A renewal is recorded where it sends something; an order is answered for every device.
    records: ({ event }) => trigger === 'order' && recorded.has(event.eventId),
  })
  for (const deviceId of deviceIds) {
    const device = context.tables.devices.get(deviceId)
    if (device && isFirstVisit(device, pass)) step.reconcile(device)
  }
  step.close()
}

/** Where the pass stands after a chunk; undefined = it is done. */
function advance(pass: Pass, deviceIds: readonly string[], budget: number): Pass | undefined {
  const last = deviceIds.at(-1)
  if (last !== undefined && deviceIds.length === budget) return { ...pass, cursor: last }
  const programIndex = pass.programIndex + 1
  return programIndex < pass.programIds.length ? { ...pass, programIndex, cursor: '' } : undefined
}

export const hasPass = ({ stores }: DispatchContext): boolean => stores.passes.size > 0

/** Does a chunk of the oldest pass. */
export function workOnPass(context: DispatchContext, budget: number, renderers: Renderers): void {
  const { passes } = context.stores
  const [entry] = passes.entries(undefined, 1)
  if (!entry) return
  const [key, pass] = entry
  const programId = pass.programIds[pass.programIndex] ?? ''
  const deviceIds = context.tables.devices.indexed(programId, pass.cursor === '' ? undefined : pass.cursor, budget)
  if (deviceIds.length > 0) visit(context, pass, deviceIds, renderers)
  const next = advance(pass, deviceIds, budget)
  if (next) {
    passes.put(key, next)
    return
  }
  passes.delete(key)
  staleCapacity(context, pass.programIds)
}
