/** Waits that something new, or the end of the session, cuts short. */

export interface Pause {
  /** Settles after so many real milliseconds, or earlier on `wake` or `stop`. */
  forRealMs(ms: number): Promise<void>
  /** Ends the present wait, or the next one if nobody waits. */
  wake(): void
  stop(): void
  stopped(): boolean
}

/** setTimeout fires at once beyond this. */
const LONGEST_MS = 2 ** 31 - 1

export function createPause(): Pause {
  let end: (() => void) | undefined
  let woken = false
  let over = false

  const wake = (): void => {
    if (end) end()
    else woken = true
  }

  return {
    forRealMs(ms) {
      if (woken || over) {
        woken = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), Math.min(ms, LONGEST_MS))
        end = () => {
          clearTimeout(timer)
          end = undefined
          resolve()
        }
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
