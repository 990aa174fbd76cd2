/** The fleet's only timer: delayed actions of all devices, run once per tick of real time. */

export type Ticks = {
  after(delayMs: number, action: () => void): void
  start(onTick: () => void): void
  stop(): void
}

export function createTicks(tickMs = 20): Ticks {
  let due = new Map<number, (() => void)[]>()
  let timer: NodeJS.Timeout | undefined

  function run(): void {
    const now = Math.floor(performance.now() / tickMs)
    const ready = [...due.keys()].filter((tick) => tick <= now).sort((a, b) => a - b)
    for (const tick of ready) {
      const actions = due.get(tick) ?? []
      due.delete(tick)
      for (const action of actions) action()
    }
  }

  return {
    after(delayMs, action) {
      const tick = Math.ceil((performance.now() + delayMs) / tickMs)
      const actions = due.get(tick)
      if (actions === undefined) due.set(tick, [action])
      else actions.push(action)
    },
    start(onTick) {
      timer ??= setInterval(() => {
        run()
        onTick()
      }, tickMs)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
      due = new Map()
    },
  }
}
