/** Decides which resources a VTN has to be told of: those that left an event altogether, and those that came back. */
import type { ResourceCapacity } from '../../schemas/dispatch.ts'
import type { EventTarget, UtilityEvent, UtilityOpt } from '../../schemas/utility.ts'
import { hashId } from '../../topics/ids.ts'

/** What is known of an event when it is looked at. */
export interface Scene {
  readonly event: UtilityEvent
  readonly marketContext: string | null
  /** Resources of the program, all partitions together. */
  readonly resources: readonly ResourceCapacity[]
  /** What was told and not taken back, for this event. */
  readonly told: readonly UtilityOpt[]
  readonly nowMs: number
}

const names = (targets: readonly EventTarget[], resourceId: string): boolean =>
  targets.some(({ kind, ids }) => kind === 'all' || (kind === 'resource' && ids.includes(resourceId)))

interface Absence {
  readonly devicesOut: number
  readonly overrides: number
}

/** Callable devices that are not in the event, and those that cannot be called at all. */
function absenceFrom({ devices, callable, optOuts }: ResourceCapacity, eventId: string): Absence {
  const left = optOuts.find((one) => one.eventId === eventId)
  return { devicesOut: devices - callable + (left?.devices ?? 0), overrides: left?.overrides ?? 0 }
}

/** oadr_ei_20b.xsd, OptReasonType. */
function reasonOf({ devices, callable }: ResourceCapacity, { overrides }: Absence): string {
  if (callable === 0) return 'outageRunStatus'
  return overrides === devices ? 'overrideStatus' : 'notParticipating'
}

/** The id follows from the modification, since a VTN that changes an event takes everybody to be in it again. */
const optIdOf = ({ vtnId, eventId, modificationNumber }: UtilityEvent, resourceId: string, nowMs: number): string =>
  hashId('opt', vtnId, eventId, modificationNumber, resourceId, nowMs)

function leaving({ event, marketContext, nowMs }: Scene, resource: ResourceCapacity): UtilityOpt {
  const absence = absenceFrom(resource, event.eventId)
  return {
    optId: optIdOf(event, resource.resourceId, nowMs),
    vtnId: event.vtnId,
    action: 'create',
    opt: 'optOut',
    reason: reasonOf(resource, absence),
    marketContext,
    theirEventId: event.theirEventId,
    modificationNumber: event.modificationNumber,
    periods: [],
    resourceIds: [resource.resourceId],
    status: 'pending',
    attempt: 0,
    detail: `${absence.devicesOut} of ${resource.devices} devices take no part`,
  }
}

/** Whether our answer to the event still stands, so that there is something to leave. */
export const isServed = ({ kind, opt, openEnded, endMs }: UtilityEvent, nowMs: number): boolean =>
  kind === 'event' && opt === 'optIn' && (openEnded || endMs > nowMs)

/**
 * A resource has left when no device of it takes part; while some do, what they deliver says it better. What was told of an
 * older modification is taken back, and told anew where it still holds.
 */
export function findChanges(scene: Scene): readonly UtilityOpt[] {
  const { event, resources, told, nowMs } = scene
  if (!isServed(event, nowMs)) return []
  const gone = resources.filter(
    (resource) =>
      resource.devices > 0 &&
      names(event.targets, resource.resourceId) &&
      absenceFrom(resource, event.eventId).devicesOut >= resource.devices,
  )
  const goneIds = new Set(gone.map(({ resourceId }) => resourceId))
  const holds = ({ modificationNumber, resourceIds }: UtilityOpt): boolean =>
    modificationNumber === event.modificationNumber && resourceIds.every((id) => goneIds.has(id))
  const known = new Set(told.filter(holds).flatMap(({ resourceIds }) => resourceIds))
  return [
    ...told.filter((one) => !holds(one)).map((one): UtilityOpt => ({ ...one, action: 'cancel', detail: '' })),
    ...gone.filter(({ resourceId }) => !known.has(resourceId)).map((resource) => leaving(scene, resource)),
  ]
}
