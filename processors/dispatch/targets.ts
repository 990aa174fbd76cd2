/** Says whether an event or an operator stop is about a device. */
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { EventTarget, OperatorHold } from '../../schemas/utility.ts'

/** Targets of one event, as sets; several add up. */
export interface TargetSet {
  readonly all: boolean
  readonly devices: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
  readonly places: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

const idsOf = (targets: readonly EventTarget[], kind: EventTarget['kind']): ReadonlySet<string> =>
  new Set(targets.filter((target) => target.kind === kind).flatMap(({ ids }) => ids))

/** VEN targets were checked at interpretation: who is named by one is this VEN, hence all its devices. No target at all means nobody. */
export function targetSet(targets: readonly EventTarget[]): TargetSet {
  return {
    all: targets.some(({ kind }) => kind === 'all' || kind === 'ven'),
    devices: idsOf(targets, 'device'),
    resources: idsOf(targets, 'resource'),
    places: idsOf(targets, 'place'),
    groups: idsOf(targets, 'group'),
  }
}

/** Groups of a device: its resource, and the ids in its trait `groups`, apart by commas. */
function inGroup(groups: ReadonlySet<string>, device: DeviceState, resourceId: string | null): boolean {
  if (groups.size === 0) return false
  const own = device.attributes.extra.groups?.split(',') ?? []
  return (resourceId !== null && groups.has(resourceId)) || own.some((id) => groups.has(id.trim()))
}

/** Whether the event names the device, its place, its group, or the resource that it belongs to in the event's program. */
export function isTargeted(targets: TargetSet, device: DeviceState, resourceId: string | null): boolean {
  return (
    targets.all ||
    targets.devices.has(device.deviceId) ||
    targets.places.has(device.attributes.placeId) ||
    (resourceId !== null && targets.resources.has(resourceId)) ||
    inGroup(targets.groups, device, resourceId)
  )
}

/** Whether one operator stop keeps the device out of the program's events. */
export function stops({ scope, id }: OperatorHold, { attributes }: DeviceState, programId: string): boolean {
  switch (scope) {
    case 'all':
      return true
    case 'program':
      return id === programId
    case 'vendor':
      return id === attributes.vendor
    case 'place':
      return id === attributes.placeId
  }
}

/** Whether an operator stop keeps the device out of a program's events. */
export const isHeld = (holds: readonly OperatorHold[], device: DeviceState, programId: string): boolean =>
  holds.some((hold) => stops(hold, device, programId))
