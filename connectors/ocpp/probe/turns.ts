/** Lets so many tasks run at once, the others in the order in which they came. */
export interface Turns {
  add(task: () => Promise<void>): void
  /** Forgets what has not begun. */
  stop(): void
}

export function createTurns(most: number): Turns {
  let waiting: (() => Promise<void>)[] = []
  let running = 0
  let stopped = false

  function next(): void {
    const task = running < most && !stopped ? waiting.shift() : undefined
    if (!task) return
    running += 1
    void task().finally(() => {
      running -= 1
      next()
    })
    next()
  }

  return {
    add(task) {
      waiting.push(task)
      next()
    },
    stop() {
      stopped = true
      waiting = []
    },
  }
}
