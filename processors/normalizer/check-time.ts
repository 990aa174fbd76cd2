/** Says whether a device's time can be believed, given when its message was received. */

/** A clock may run ahead by so much. */
export const AHEAD_MS = 15 * 60_000
/** Readings are kept for 400 days; older ones come from clocks that were never set. */
export const BEHIND_MS = 400 * 86_400_000

/** What is wrong with a time, or null. */
export function faultOfTime(atMs: number, receivedMs: number): string | null {
  if (atMs > receivedMs + AHEAD_MS)
    return `${isoOf(atMs)} lies ${Math.round((atMs - receivedMs) / 60_000)} minutes after its receipt: set the clock of the device`
  if (atMs < receivedMs - BEHIND_MS) return `${isoOf(atMs)} lies more than 400 days before its receipt: set the clock of the device`
  return null
}

function isoOf(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : String(atMs)
}
