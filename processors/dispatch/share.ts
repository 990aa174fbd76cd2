/** Divides a power that all devices of an event may draw together: floors first, then what is left by what each could draw above its floor. */
import type { Division } from '../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'

/** What one device can draw at most, and the least between which and 0 it cannot run, W. */
export type Range = Pick<Division, 'mostW' | 'floorW'>

/** Whether the powers that the event names are for all of its devices together. */
export const isDivided = ({ intervals }: UtilityEvent, { powerLimit }: ProgramTerms): boolean =>
  powerLimit === 'allTogether' && intervals.some(({ valueW }) => valueW !== null)

export function rangeOf({ ratedW, standingLimitW, minimumW }: DeviceAttributes): Range {
  const mostW = Math.min(ratedW, standingLimitW ?? ratedW)
  return { mostW, floorW: Math.min(minimumW, mostW) }
}

export const addRanges = (a: Range, b: Range): Range => ({ mostW: a.mostW + b.mostW, floorW: a.floorW + b.floorW })

/** Products of two powers of a large fleet are beyond what a number holds exactly. */
const proRata = (sharedW: number, ownW: number, allW: number): number => Number((BigInt(sharedW) * BigInt(ownW)) / BigInt(allW))

/**
 * The share of one device, W, rounded down, so that all shares together never exceed the limit:
 * ```
 * limit of all    |== floors ==|----- rest -----|
 * one device      |=floor=|- rest × (most − floor) / (all most − all floors) -|
 * ```
 * Below the sum of the floors everybody gets the floor: less would be none at all.
 */
export function shareOf(limitW: number, own: Range, all: Range): number {
  if (limitW >= all.mostW && all.mostW > 0) return own.mostW
  if (limitW <= all.floorW || all.mostW <= all.floorW) return own.floorW
  return own.floorW + proRata(limitW - all.floorW, own.mostW - own.floorW, all.mostW - all.floorW)
}
