/** Says how much power a device adds to its program, and sums it by place in the order of call. */

import type { CapacityBucket } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { localDayNumber } from '../calendar/local-day.ts'
import type { TakenEvent } from './ledger.ts'
import { countedOf } from './limits.ts'
import { RELEASE } from './renderer.ts'
import { type Season, seasonOf } from './season.ts'
import { hashBucket } from './seed.ts'
import { addRanges, rangeOf } from './share.ts'

export const covers = ({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number | null }, nowMs: number): boolean =>
  fromMs <= nowMs && (untilMs === null || untilMs > nowMs)

/** Whether the device could be called now, as far as its own state says. */
export function isCallable(device: DeviceState, programId: string, nowMs: number): boolean {
  if (device.terminatedMs !== null && device.terminatedMs <= nowMs) return false
  const enrolled = device.enrollments.some(
    (one) => one.programId === programId && covers(one, nowMs) && (one.registration === 'none' || one.registration === 'confirmed'),
  )
  return enrolled && !device.suspensions.some((one) => (one.programId === null || one.programId === programId) && covers(one, nowMs))
}

/** Power that the deepest level of the program takes from, or with direction take lets, the device, W. */
export function capacityW(device: DeviceState, programId: string, direction: ProgramTerms['direction']): number {
  const { ratedW, standingLimitW } = device.attributes
  const limits = device.templates.filter((one) => one.programId === programId && one.level !== RELEASE).map(({ limitW }) => limitW)
  if (limits.length === 0) return 0
  const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
  return direction === 'take' ? Math.min(mostW, Math.max(...limits)) : Math.max(0, mostW - Math.min(...limits))
}

/** A program whose devices are counted at one time. */
export interface CountedProgram {
  readonly programId: string
  readonly terms: ProgramTerms
  /** That of the time; null = between seasons. */
  readonly season: Season | null
}

export const countedProgram = (programId: string, terms: ProgramTerms, nowMs: number): CountedProgram => ({
  programId,
  terms,
  season: seasonOf(localDayNumber(nowMs, terms.zone), terms),
})

/** The place of a device in the order of call with its capacity; null = it can not be called now. */
export function bucketOf(
  device: DeviceState,
  taken: readonly TakenEvent[],
  { programId, terms, season }: CountedProgram,
  nowMs: number,
): CapacityBucket | null {
  if (!isCallable(device, programId, nowMs)) return null
  const eventsThisSeason = season ? countedOf(taken, programId, season).length : 0
  const counted = { devices: 1, capacityW: capacityW(device, programId, terms.direction), ...rangeOf(device.attributes) }
  return { eventsThisSeason, hashBucket: hashBucket(device.deviceId), ...counted }
}

export const compareBuckets = (a: CapacityBucket, b: CapacityBucket): number =>
  a.eventsThisSeason - b.eventsThisSeason || a.hashBucket - b.hashBucket

const countsOf = (a: CapacityBucket, b: CapacityBucket) => ({
  devices: a.devices + b.devices,
  capacityW: a.capacityW + b.capacityW,
  ...addRanges(a, b),
})

/** Buckets of equal place added up, in the order of call. */
export function addBuckets(buckets: Iterable<CapacityBucket>): readonly CapacityBucket[] {
  const sums = new Map<number, CapacityBucket>()
  for (const bucket of buckets) {
    const place = bucket.eventsThisSeason * 64 + bucket.hashBucket
    const sum = sums.get(place)
    sums.set(place, sum ? { ...sum, ...countsOf(sum, bucket) } : bucket)
  }
  return [...sums.values()].sort(compareBuckets)
}
