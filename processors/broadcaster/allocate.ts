/** Draws the line in the order of call up to which devices of an event with a kW target are called. */
import type { Allocation, CapacityBucket } from '../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { addRanges } from '../dispatch/share.ts'

const PERMILLE = 1000

/**
 * Share of the counted capacity that the event's mildest interval calls on, in thousandths. Capacity is counted at the program's
 * deepest level; an explicit value or an unknown level is taken for all of it.
 */
export function levelShare({ intervals }: UtilityEvent, { direction, levels }: ProgramTerms): number {
  const callOf = (permille: number): number => (direction === 'take' ? permille : PERMILLE - permille)
  const deepest = Math.max(...levels.map(({ limitPermille }) => callOf(limitPermille)))
  const shares = intervals.map(({ level, valueW }) => {
    const found = levels.find((one) => one.level === level)
    return valueW !== null || !found || deepest <= 0 ? PERMILLE : Math.floor((callOf(found.limitPermille) * PERMILLE) / deepest)
  })
  return Math.min(PERMILLE, ...shares)
}

/** Buckets of all partitions as one list: equal places added up, fewest events first, then by hash. */
export function mergeBuckets(sums: readonly (readonly CapacityBucket[])[], sharePermille: number): readonly CapacityBucket[] {
  const merged = new Map<string, CapacityBucket>()
  for (const bucket of sums.flat()) {
    const place = `${bucket.eventsThisSeason}/${bucket.hashBucket}`
    const known = merged.get(place)
    const capacityW = Math.floor((bucket.capacityW * sharePermille) / PERMILLE) + (known?.capacityW ?? 0)
    const range = known ? addRanges(known, bucket) : {}
    merged.set(place, { ...bucket, ...range, capacityW, devices: bucket.devices + (known?.devices ?? 0) })
  }
  return [...merged.values()].sort((a, b) => a.eventsThisSeason - b.eventsThisSeason || a.hashBucket - b.hashBucket)
}

export interface Wanted {
  readonly eventId: string
  readonly round: number
  /** Reduction that the utility wants, W. */
  readonly targetW: number
  /** Capacity to call, W: the target with over-call, or what was called before and what is missing. */
  readonly callW: number
}

/** The shortest beginning of the buckets that holds `callW`; all of them when they do not. */
export function allocate(buckets: readonly CapacityBucket[], { eventId, round, targetW, callW }: Wanted): Allocation {
  let calledW = 0
  let last: CapacityBucket | undefined
  for (const bucket of buckets) {
    if (calledW >= callW) break
    calledW += bucket.capacityW
    last = bucket
  }
  return {
    eventId,
    round,
    targetW,
    calledW,
    shortfallW: Math.max(0, targetW - calledW),
    thresholdEvents: last?.eventsThisSeason ?? 0,
    thresholdBucket: last?.hashBucket ?? -1,
    division: null,
  }
}

/** Whether `a` calls more devices than `b`. */
export const callsMore = (a: Allocation, b: Allocation): boolean =>
  a.thresholdEvents > b.thresholdEvents || (a.thresholdEvents === b.thresholdEvents && a.thresholdBucket > b.thresholdBucket)
