/** Lets so many work at once, so many wait, and sends the others away. */

export interface Turns {
  /** Runs `work` when its turn comes; throws what `refuse` gives when the queue is full. */
  take<T>(work: () => Promise<T>): Promise<T>
}

export function createTurns(options: { readonly atOnce: number; readonly waiting: number; readonly refuse: () => Error }): Turns {
  const queue: (() => void)[] = []
  let working = 0

  async function wait(): Promise<void> {
    if (working < options.atOnce) {
      working++
      return
    }
    if (queue.length >= options.waiting) throw options.refuse()
    await new Promise<void>((resolve) => queue.push(resolve))
  }

  /** The next in the queue takes over the place. */
  function leave(): void {
    const next = queue.shift()
    if (next) next()
    else working--
  }

  return {
    async take(work) {
      await wait()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
