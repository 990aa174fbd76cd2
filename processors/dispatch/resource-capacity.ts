/** Says what a device adds to the resource that the utility knows it by, and sums it by resource. */
import type { ResourceCapacity } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { capacityW, covers, isCallable } from './capacity.ts'
import type { EventInForce } from './events-in-force.ts'
import { obeyedOptOuts } from './opt-outs.ts'
import { addRanges, rangeOf } from './share.ts'

/** Sums of more resources in one partition would make records too long. */
export const MOST_RESOURCES = 2_000

/** Only resources that a VTN addresses, and that are settled as such, are known to the utility by an id. */
export const knowsResources = ({ vtnId, settledUnit }: ProgramTerms): boolean => vtnId !== null && settledUnit === 'resource'

/** Opt-outs that are obeyed: in a mandatory program, one beyond the allowance changes nothing. */
function optOutsOf(device: DeviceState, nowMs: number, events: readonly EventInForce[]): ResourceCapacity['optOuts'] {
  if (device.optOuts.length === 0) return []
  return events.flatMap((event) => {
    const overrides = obeyedOptOuts(device, event, 'device').some((one) => covers(one, nowMs))
    const left = overrides || obeyedOptOuts(device, event, 'others').some((one) => covers(one, nowMs))
    return left ? [{ eventId: event.event.eventId, devices: 1, overrides: overrides ? 1 : 0 }] : []
  })
}

/** `events`: those of the program. null = it belongs to no resource now. */
export function resourceOf(
  device: DeviceState,
  program: { readonly programId: string; readonly terms: ProgramTerms },
  nowMs: number,
  events: readonly EventInForce[],
): ResourceCapacity | null {
  const { programId, terms } = program
  const resourceId = device.enrollments.find((one) => one.programId === programId && covers(one, nowMs))?.resourceId ?? null
  if (resourceId === null) return null
  if (!isCallable(device, programId, nowMs)) return { resourceId, devices: 1, callable: 0, availableW: 0, optOuts: [], mostW: 0, floorW: 0 }
  const availableW = capacityW(device, programId, terms.direction)
  return { resourceId, devices: 1, callable: 1, availableW, optOuts: optOutsOf(device, nowMs, events), ...rangeOf(device.attributes) }
}

function addOptOuts(a: ResourceCapacity['optOuts'], b: ResourceCapacity['optOuts']): ResourceCapacity['optOuts'] {
  if (b.length === 0) return a
  const sums = new Map(a.map((one) => [one.eventId, one]))
  for (const one of b) {
    const sum = sums.get(one.eventId)
    sums.set(one.eventId, sum ? { ...sum, devices: sum.devices + one.devices, overrides: sum.overrides + one.overrides } : one)
  }
  return [...sums.values()].sort((x, y) => (x.eventId < y.eventId ? -1 : 1))
}

/** Equal resources added up, by id. */
export function addResources(resources: Iterable<ResourceCapacity>): readonly ResourceCapacity[] {
  const sums = new Map<string, ResourceCapacity>()
  for (const one of resources) {
    const sum = sums.get(one.resourceId)
    const { resourceId } = one
    const added = sum && {
      resourceId,
      devices: sum.devices + one.devices,
      callable: sum.callable + one.callable,
      availableW: sum.availableW + one.availableW,
      optOuts: addOptOuts(sum.optOuts, one.optOuts),
      ...addRanges(sum, one),
    }
    sums.set(resourceId, added ?? one)
  }
  return [...sums.values()].sort((a, b) => (a.resourceId < b.resourceId ? -1 : 1))
}
