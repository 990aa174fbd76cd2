/** Waits that something new, or the end of the session, cuts short. */

export interface Pause {
  /** Settles after so many real milliseconds, or earlier on `wake` or `stop`; several may wait at once. */
  forRealMs(ms: number): Promise<void>
  /** Ends the present waits, or the next one if nobody waits. */
  wake(): void
  stop(): void
  stopped(): boolean
}

/** setTimeout fires at once beyond this. */
const LONGEST_MS = 2 ** 31 - 1

export function createPause(): Pause {
  const ends = new Set<() => void>()
  let woken = false
  let over = false

  const wake = (): void => {
    if (ends.size === 0) woken = true
    for (const end of [...ends]) end()
  }

  return {
    forRealMs(ms) {
      if (woken || over) {
        woken = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          ends.delete(end)
          resolve()
        }
        const timer = setTimeout(end, Math.min(ms, LONGEST_MS))
        ends.add(end)
      })
    },
    wake,
    stop() {
      over = true
      wake()
    },
    stopped: () => over,
  }
}
