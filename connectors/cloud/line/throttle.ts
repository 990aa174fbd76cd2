/** Waits as long as a vendor asks to after too many calls, or ever longer where it does not say how long. */

export interface Throttle {
  /** Refusals in a row. */
  readonly refusals: number
  /** No call before this, epoch ms UTC. */
  readonly untilMs: number
}

export const notThrottled: Throttle = { refusals: 0, untilMs: 0 }

const FIRST_MS = 20_000
const LONGEST_OWN_MS = 900_000
/** A vendor may ask for a longer wait than we would choose, but not for one without end. */
const LONGEST_MS = 24 * 3_600_000

/** `waitMs` 0: it did not say. Calls that were under way together count as one refusal. */
export function throttled({ refusals, untilMs }: Throttle, waitMs: number, nowMs: number): Throttle {
  const isNew = nowMs >= untilMs
  const count = isNew ? refusals + 1 : Math.max(1, refusals)
  const ownMs = Math.min(LONGEST_OWN_MS, FIRST_MS * 2 ** Math.min(count - 1, 20))
  const lastMs = nowMs + (waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : ownMs)
  return { refusals: count, untilMs: Math.max(untilMs, lastMs) }
}
