/** WireFault says that a VTN sent something that its revision of OpenADR 3 does not allow: where, and what. */

export class WireFault extends Error {
  /** For example `events[2].intervalPeriod.duration`. */
  readonly place: string
  readonly problem: string

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`)
    this.name = 'WireFault'
    this.place = place
    this.problem = problem
  }
}

/** Runs a reader of text; its RangeError becomes a WireFault at the place. */
export function readAt<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw new WireFault(place, error.message)
    throw error
  }
}
