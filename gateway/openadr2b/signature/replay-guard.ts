/** Says whether a stamp of a signed document is fresh and new (OpenADR 2.0b, ReplayProtect). */
import type { Stamp } from './verify.ts'

export interface ReplayGuard {
  /** Why the stamp is not good; undefined = it is, and it is good no more. */
  readonly admit: (stamp: Stamp, nowMs: number) => string | undefined
}

/** Stamps are remembered for as long as they would otherwise be fresh; `windowMs` also allows for clocks that differ. */
export function createReplayGuard(windowMs: number): ReplayGuard {
  const seen = new Map<string, number>()
  return {
    admit({ signedMs, nonce }, nowMs) {
      for (const [key, untilMs] of seen) {
        if (untilMs > nowMs) break
        seen.delete(key)
      }
      const offMs = signedMs - nowMs
      if (Math.abs(offMs) > windowMs) return `signed ${Math.round(offMs / 1000)} s from now; at most ${windowMs / 1000} s are allowed`
      const key = `${signedMs} ${nonce}`
      if (seen.has(key)) return 'a replay: time and nonce were seen before'
      // Twice the window: a stamp from the future stays fresh that long.
      seen.set(key, nowMs + 2 * windowMs)
      return undefined
    },
  }
}
