/**
 * Watches a device's clock by the times that it states. What was kept while the device was away comes late and looks like a slow clock, so
 * only the newest time of ten minutes counts; a time after its receipt cannot be late, and counts at once.
 */

export type ClockVerdict = 'right' | 'ahead' | 'behind'

export interface ClockWatch {
  readonly sinceMs: number
  /** Greatest of stated less received in this window, ms; undefined = nothing was stated. */
  readonly bestMs: number | undefined
  readonly verdict: ClockVerdict
}

const WINDOW_MS = 600_000
/** A clock that is ahead by no more is right. */
export const AHEAD_MS = 60_000
/** Devices spread what they send by the clock over minutes. */
const BEHIND_MS = 300_000

export const newWatch = (nowMs: number): ClockWatch => ({ sinceMs: nowMs, bestMs: undefined, verdict: 'right' })

export interface Noted {
  readonly watch: ClockWatch
  /** The device's clock less ours, ms, where a window ended or the clock turned out to be ahead. */
  readonly skewMs: number | undefined
}

/** Pure; both times epoch ms UTC. */
export function noteStated({ sinceMs, bestMs, verdict }: ClockWatch, statedMs: number, receivedMs: number): Noted {
  const best = Math.max(bestMs ?? Number.NEGATIVE_INFINITY, statedMs - receivedMs)
  if (best > AHEAD_MS && verdict !== 'ahead') return { watch: { sinceMs: receivedMs, bestMs: undefined, verdict: 'ahead' }, skewMs: best }
  if (receivedMs - sinceMs < WINDOW_MS) return { watch: { sinceMs, bestMs: best, verdict }, skewMs: undefined }
  const next = best > AHEAD_MS ? 'ahead' : best < -BEHIND_MS ? 'behind' : 'right'
  return { watch: { sinceMs: receivedMs, bestMs: undefined, verdict: next }, skewMs: best }
}
