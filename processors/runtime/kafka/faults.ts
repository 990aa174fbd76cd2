/** Reads what librdkafka says about an error: try again, abort, or start anew. */

/** librdkafka (negative) and broker codes that the host acts on. */
export const codes = {
  queueFull: -184,
  timedOut: -185,
  assign: -175,
  fatal: -150,
  fenced: -144,
  unknownTopic: 3,
  fencedInstance: 82,
  producerFenced: 90,
} as const

const FATAL: readonly number[] = [codes.fatal, codes.fenced, codes.fencedInstance, codes.producerFenced]

export interface Fault {
  readonly message: string
  readonly code: number
  /** The client cannot be used any more. */
  readonly isFatal: boolean
  /** The same call may be made again. */
  readonly isRetriable: boolean
}

export function faultOf(error: unknown): Fault {
  const { message, code, isFatal, isRetriable } = error as { message?: string; code?: unknown; isFatal?: boolean; isRetriable?: boolean }
  const number = typeof code === 'number' ? code : Number.NaN
  return {
    message: message ?? String(error),
    code: number,
    isFatal: isFatal === true || FATAL.includes(number),
    isRetriable: isRetriable === true,
  }
}

/** What runs cannot be put right by trying again: topics, partition counts or answers are missing. */
export class SetupError extends Error {}

/** The clients of a sub-topology are fenced or broken; it starts anew with new ones. */
export class ClientsLostError extends Error {}
