/** What a client is told when its request is refused: a status of HTTP, and a reasonCode of IEEE 2030.5 where the body can carry one. */

/** reasonCode of the element Error (sep.xsd, Error). */
export const reasonCodes = {
  invalidFormat: 0,
  invalidValue: 1,
  limitReached: 2,
  conditionNotSupported: 3,
  tooOften: 4,
} as const
export type ReasonCode = keyof typeof reasonCodes

export interface RefusalOptions {
  readonly status: number
  readonly reason?: ReasonCode
  /** Element at fault, for example `MirrorMeterReading.Reading.value`. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown by whatever reads a request; the server answers it. `message` says what to do. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: ReasonCode | undefined
  readonly path: string
  readonly headers: Readonly<Record<string, string>>

  constructor(message: string, { status, reason, path = '', headers = {} }: RefusalOptions) {
    super(path === '' ? message : `${path}: ${message}`)
    this.status = status
    this.reason = reason
    this.path = path
    this.headers = headers
  }
}

/** The body is no document that could be read. */
export const badFormat = (message: string, path = ''): Refusal => new Refusal(message, { status: 400, reason: 'invalidFormat', path })

/** The document can be read, and says something that cannot be. */
export const badValue = (message: string, path = ''): Refusal => new Refusal(message, { status: 400, reason: 'invalidValue', path })
