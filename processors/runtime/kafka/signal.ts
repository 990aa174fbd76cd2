/** Lets one loop sleep until something happens. */

export interface Signal {
  /** Wakes the sleeper; if nobody sleeps, the next sleep ends at once. */
  wake(): void
  /** Sleeps until `wake`, at most `limitMs` real milliseconds. */
  sleep(limitMs: number): Promise<void>
}

export function createSignal(): Signal {
  let isAwake = false
  let rouse: (() => void) | null = null
  return {
    wake() {
      isAwake = true
      rouse?.()
    },
    sleep(limitMs) {
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          rouse = null
          isAwake = false
          resolve()
        }
        const timer = setTimeout(end, limitMs)
        rouse = end
        if (isAwake) end()
      })
    },
  }
}
