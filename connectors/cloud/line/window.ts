/** Counts calls in a sliding window, so that no window of that length, wherever it begins, holds more than its quota: bursts included. */
import type { Quota } from '../declaration.ts'

export interface CallWindow {
  note(nowMs: number, calls?: number): void
  used(nowMs: number): number
  /** When there is room for one call under `most`, epoch ms UTC; `nowMs` = now, Infinity = never. */
  roomAtMs(most: number, nowMs: number): number
}

/** A window is divided so finely; a call counts up to one division longer than it must. */
const DIVISIONS = 60

export function createWindow({ windowS }: Quota): CallWindow {
  const divisionMs = (windowS * 1000) / DIVISIONS
  /** Calls by division, oldest first. */
  const counts = new Map<number, number>()

  function forget(nowMs: number): void {
    const oldest = Math.floor(nowMs / divisionMs) - DIVISIONS
    for (const division of counts.keys()) if (division < oldest) counts.delete(division)
  }

  function used(nowMs: number): number {
    forget(nowMs)
    let sum = 0
    for (const count of counts.values()) sum += count
    return sum
  }

  return {
    note(nowMs, calls = 1) {
      const division = Math.floor(nowMs / divisionMs)
      counts.set(division, (counts.get(division) ?? 0) + calls)
    },
    used,
    roomAtMs(most, nowMs) {
      if (most < 1) return Number.POSITIVE_INFINITY
      let over = used(nowMs) - most + 1
      if (over <= 0) return nowMs
      for (const [division, count] of [...counts].sort(([a], [b]) => a - b)) {
        over -= count
        if (over <= 0) return Math.ceil((division + DIVISIONS + 1) * divisionMs)
      }
      return nowMs
    },
  }
}
