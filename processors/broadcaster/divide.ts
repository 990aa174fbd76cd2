/** Sums up who shares a power that an event gives to all of its devices together; each partition divides by these sums. */
import type { Allocation, Division, ProgramCapacity } from '../../schemas/dispatch.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { addRanges, type Range } from '../dispatch/share.ts'

/** Everybody is called. */
const EVERYBODY = 2 ** 31 - 1

const sum = (ranges: readonly Range[]): Range => ranges.reduce(addRanges, { mostW: 0, floorW: 0 })

/**
 * Of the resources that the event targets, where these are counted apart; else of the whole program, which only makes the shares smaller.
 * Devices that opt out are counted all the same: nobody knows what they draw.
 */
function divisionOf({ targets }: UtilityEvent, rows: readonly ProgramCapacity[]): Division {
  const counted = rows.some(({ resources }) => resources.length > 0) && !rows.some(({ tooManyResources }) => tooManyResources)
  const ids = new Set(targets.flatMap((target) => (target.kind === 'resource' ? target.ids : [])))
  const some = counted && targets.length > 0 && targets.every(({ kind }) => kind === 'resource')
  const parts = some
    ? rows.flatMap(({ resources }) => resources.filter(({ resourceId }) => ids.has(resourceId)))
    : rows.flatMap(({ buckets }) => buckets)
  return sum(parts)
}

/** The least that any interval gives, W. */
const leastW = ({ intervals }: UtilityEvent): number => Math.min(...intervals.flatMap(({ valueW }) => valueW ?? []))

/** `shortfallW`: what the floors alone draw beyond the tightest limit. */
export function divide(event: UtilityEvent, rows: readonly ProgramCapacity[], round: number): Allocation {
  const division = divisionOf(event, rows)
  return {
    eventId: event.eventId,
    round,
    targetW: 0,
    calledW: Math.max(0, division.mostW - leastW(event)),
    shortfallW: Math.max(0, division.floorW - leastW(event)),
    thresholdEvents: EVERYBODY,
    thresholdBucket: EVERYBODY,
    division,
  }
}

export const sameDivision = (a: Allocation, b: Allocation): boolean =>
  a.division?.mostW === b.division?.mostW && a.division?.floorW === b.division?.floorW
