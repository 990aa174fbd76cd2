/** How a simulated device behind a vendor's cloud misbehaves: drawn by seed. */
import { chance, draw } from './hash.ts'
import { pick } from './traits.ts'

/** Fractions of the fleet, each 0 to 1. Answering and telemetry faults are drawn apart. */
export interface CloudMix {
  /** The cloud takes the command, and the device carries on as before. */
  readonly ignores?: number
  /** The cloud refuses commands for the device. */
  readonly rejects?: number
  /** Its values are at the cloud an hour or two late. */
  readonly late?: number
  /** Some of its values never come. */
  readonly gaps?: number
  /** A person at the device ends each event after a while. */
  readonly leaves?: number
}

export interface CloudTraits {
  readonly answering: 'accepts' | 'ignores' | 'rejects'
  /** From the end of an interval to its value's being at the cloud, ms. */
  readonly lagMs: number
  readonly hasGaps: boolean
  /** From the start of an event to a person's ending it, ms; undefined: nobody does. */
  readonly leavesAfterMs: number | undefined
  /** From the cloud's taking a command to the device's having it, ms. */
  readonly deliveryMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export function cloudTraitsOf(seed: number, id: string, { ignores, rejects, late = 0, gaps = 0, leaves = 0 }: CloudMix): CloudTraits {
  const isLate = chance(seed, id, 'late') < late
  return {
    answering: pick(chance(seed, id, 'answering'), [['ignores', ignores] as const, ['rejects', rejects] as const]) ?? 'accepts',
    lagMs: isLate ? draw(1, 2, seed, id, 'lag') * HOUR_MS : draw(1, 10, seed, id, 'lag') * MINUTE_MS,
    hasGaps: chance(seed, id, 'gaps') < gaps,
    leavesAfterMs: chance(seed, id, 'leaves') < leaves ? draw(10, 40, seed, id, 'leaves after') * MINUTE_MS : undefined,
    deliveryMs: draw(1, 30, seed, id, 'delivery') * 1000,
  }
}

/** Whether the value of an interval is at the cloud at an instant; one in twenty of a device with gaps never is. */
export function isReported(seed: number, id: string, traits: CloudTraits, at: { readonly endMs: number; readonly nowMs: number }): boolean {
  const isLost = traits.hasGaps && chance(seed, id, 'lost', at.endMs) < 0.05
  return !isLost && at.nowMs >= at.endMs + traits.lagMs
}
