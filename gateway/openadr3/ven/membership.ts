/** Folds which resources of a program have which devices, from enrollment.state, keeping of each device only what a VTN may be told. */
import type { DeviceState } from '../../../schemas/enrollment.ts'

/** A device in a resource of a program, for a time. */
interface Member {
  readonly programId: string
  readonly resourceId: string
  readonly ratedW: number
  readonly fromMs: number
  /** Exclusive; null = open. */
  readonly untilMs: number | null
}

/** By device. */
export type Membership = Map<string, readonly Member[]>

const earlier = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b))

/** `state` null: the device is gone. */
export function learnDevice(membership: Membership, deviceId: string, state: DeviceState | null): void {
  const members = (state?.enrollments ?? []).flatMap(({ programId, resourceId, fromMs, untilMs }): Member[] =>
    state && resourceId !== null
      ? [{ programId, resourceId, ratedW: state.attributes.ratedW, fromMs, untilMs: earlier(untilMs, state.terminatedMs) }]
      : [],
  )
  if (members.length > 0) membership.set(deviceId, members)
  else membership.delete(deviceId)
}

/** Resources of a program that had devices at any time of a period, ascending. */
export function resourcesIn(membership: Membership, programId: string, { fromMs, untilMs }: { fromMs: number; untilMs: number }) {
  const members = [...membership.values()]
    .flat()
    .filter((one) => one.programId === programId && one.fromMs < untilMs && (one.untilMs ?? untilMs) > fromMs)
  return [...new Set(members.map(({ resourceId }) => resourceId))].sort()
}

/** Rated power by resource, W, of the devices that are in one of the programs now. */
export function resourcesNow(membership: Membership, programIds: ReadonlySet<string>, nowMs: number): ReadonlyMap<string, number> {
  const ratedW = new Map<string, number>()
  for (const members of membership.values()) {
    const now = members.filter(
      ({ programId, fromMs, untilMs }) => programIds.has(programId) && fromMs <= nowMs && (untilMs ?? nowMs + 1) > nowMs,
    )
    for (const resourceId of new Set(now.map((member) => member.resourceId)))
      ratedW.set(resourceId, (ratedW.get(resourceId) ?? 0) + (now[0]?.ratedW ?? 0))
  }
  return ratedW
}
