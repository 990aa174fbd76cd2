/** The errors by which a task stops: a record of our own that cannot be read, and a handler that failed. */

/** A record on a topic of our own cannot be read. The task must stop until it is repaired or skipped by an operator. */
export class PoisonError extends Error {
  readonly coordinates: string
  constructor(coordinates: string, detail: string) {
    super(`${coordinates} cannot be read: ${detail}; repair the writer, or skip the record with \`drover skip ${coordinates}\``)
    this.coordinates = coordinates
  }
}

/** A handler threw. Nothing of the transaction may be committed. */
export class HandlerError extends Error {
  constructor(processor: string, place: string, cause: unknown) {
    super(`${processor} failed at ${place}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
