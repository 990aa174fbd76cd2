/** One timer for thousands of deadlines: they are kept in buckets of a tick and looked at once per tick. */

export type Cancel = () => void

export type Wheel = {
  /** Runs `action` at the first tick at or after `delayMs` from now. */
  after(delayMs: number, action: () => void): Cancel
  /** Runs what is due; called by `start`, or by a test that owns the time. */
  advance(): void
  start(): void
  stop(): void
  size(): number
}

export type WheelOptions = {
  /** Monotonic milliseconds. */
  nowMs(): number
  tickMs?: number
}

export function createWheel({ nowMs, tickMs = 50 }: WheelOptions): Wheel {
  const buckets = new Map<number, Set<() => void>>()
  let timer: NodeJS.Timeout | undefined

  function after(delayMs: number, action: () => void): Cancel {
    const tick = Math.ceil((nowMs() + delayMs) / tickMs)
    const bucket = buckets.get(tick) ?? new Set()
    const entry = () => action()
    buckets.set(tick, bucket.add(entry))
    return () => {
      bucket.delete(entry)
      if (bucket.size === 0 && buckets.get(tick) === bucket) buckets.delete(tick)
    }
  }

  function advance(): void {
    const current = Math.floor(nowMs() / tickMs)
    const due = [...buckets.keys()].filter((tick) => tick <= current).sort((a, b) => a - b)
    for (const tick of due) {
      const bucket = buckets.get(tick)
      buckets.delete(tick)
      for (const entry of bucket ?? []) entry()
    }
  }

  return {
    after,
    advance,
    start() {
      timer ??= setInterval(advance, tickMs)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
    size: () => [...buckets.values()].reduce((sum, bucket) => sum + bucket.size, 0),
  }
}
