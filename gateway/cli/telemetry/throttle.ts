/** Bounds how many appends are under way, and brings up the first that failed. */

export interface Throttle {
  watch(appended: Promise<unknown>): void
  /** Resolves when half the room is free again, at once if there is room. Throws what the first failed append threw. */
  room(): Promise<void>
  /** Resolves when nothing is under way. Throws what the first failed append threw. */
  idle(): Promise<void>
}

export function createThrottle(limit: number): Throttle {
  let underWay = 0
  let failure: { readonly cause: unknown } | undefined
  let wake = (): void => {}

  const settled = (): void => {
    underWay--
    wake()
  }
  async function until(enough: number): Promise<void> {
    while (underWay > enough && !failure) {
      await new Promise<void>((resolve) => {
        wake = () => {
          if (underWay <= enough || failure) resolve()
        }
        wake()
      })
    }
    if (failure) throw failure.cause
  }
  return {
    watch(appended) {
      underWay++
      appended.then(settled, (cause: unknown) => {
        failure ??= { cause }
        settled()
      })
    },
    room: () => (underWay > limit || failure ? until(limit / 2) : Promise.resolve()),
    idle: () => until(0),
  }
}
