/** A token bucket: what comes at a steady rate passes, and a burst of it. */

export type Rate = { perS: number; burst: number }

export type TokenBucket = {
  /** Takes one if there is one. */
  tryTake(): boolean
  /** Takes one, on credit if need be; ms until the debt is paid, 0 = none. */
  take(): number
}

/** `nowMs`: monotonic milliseconds. */
export function createTokenBucket({ perS, burst }: Rate, nowMs: () => number): TokenBucket {
  let tokens = burst
  let filledMs = nowMs()

  function fill(): void {
    const atMs = nowMs()
    tokens = Math.min(burst, tokens + ((atMs - filledMs) * perS) / 1000)
    filledMs = atMs
  }

  return {
    tryTake() {
      fill()
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    take() {
      fill()
      tokens -= 1
      return tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / perS)
    },
  }
}
