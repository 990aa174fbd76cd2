/** The one clock: real, or running at a rate from an epoch, so that an hour can pass in a minute. */

/** Where time comes from, for every decision and every simulator. Latency figures use the real monotonic clock instead. */
export interface Clock {
  /** Drover's time, epoch ms UTC. */
  nowMs(): number
  /** Drover's milliseconds per real millisecond. */
  readonly rate: number
}

export const realClock: Clock = { nowMs: () => Date.now(), rate: 1 }

/** A clock that showed `epochMs` when the real clock showed `realEpochMs`, and runs `rate` times as fast. */
export function createClock(options: { readonly epochMs: number; readonly realEpochMs: number; readonly rate: number }): Clock {
  const { epochMs, realEpochMs, rate } = options
  return {
    nowMs: () => Math.floor(epochMs + (Date.now() - realEpochMs) * rate),
    rate,
  }
}

/** Real milliseconds until Drover's clock shows `atMs`; 0 when it has passed. */
export function realMsUntil(clock: Clock, atMs: number): number {
  return Math.max(0, Math.ceil((atMs - clock.nowMs()) / clock.rate))
}

/** The longest that a timer of Node waits; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The same for a timer, which then may fire too soon, never too late: whoever is woken looks at the clock again. */
export const timerMsUntil = (clock: Clock, atMs: number): number => Math.min(realMsUntil(clock, atMs), LONGEST_TIMER_MS)
