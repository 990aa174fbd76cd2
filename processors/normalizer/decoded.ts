/** What a protocol's decoder makes of a raw body: quantities with their time, before they become energies. */
import type { Channel, Quality } from '../../schemas/common.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'

interface Measured {
  readonly channel: Channel
  /** Register or connector within the device; empty = the whole device; null = the source did not say, see `transactionId`. */
  readonly register: string | null
  /** Session in which it was read; tells the register of readings that name only the session. */
  readonly transactionId?: string
  /** Quality or context code of the source, verbatim. */
  readonly code: string
  /** Where it stands in the body, for example meterValue.0.sampledValue.2. */
  readonly path: string
}

/** A cumulative register, read at an instant. Whole Wh, 0 or more. */
export interface RegisterReading extends Measured {
  readonly kind: 'register'
  readonly atMs: number
  readonly registerWh: number
}

/** The energy of a stretch that starts on a whole minute and lasts 1, 5, 15, 30 or 60 minutes. Whole Wh. */
export interface IntervalReading extends Measured {
  readonly kind: 'interval'
  readonly startMs: number
  readonly stepMs: number
  readonly energyWh: number
  readonly quality: Quality
}

/** Power or state of charge at an instant: kept in the raw record, no energy is made of it. */
export interface InstantReading extends Measured {
  readonly kind: 'instant'
  readonly atMs: number
}

/** Consecutive interval energies of one channel, up to 96; a missing one has value 0 and quality `missing`. */
export interface BlockReading extends Measured {
  readonly kind: 'block'
  readonly startMs: number
  readonly stepMs: number
  readonly values: readonly number[]
  readonly qualities: readonly Quality[]
}

export type DecodedReading = RegisterReading | IntervalReading | InstantReading | BlockReading

/** Something in a body that cannot be used: where, and what to do. */
export interface Fault {
  readonly reason: 'invalidValue' | 'unreadableBody'
  readonly path: string
  readonly detail: string
}

/** What could be read, and what could not; one does not hold up the other. */
export interface Decoded {
  readonly readings: readonly DecodedReading[]
  readonly faults: readonly Fault[]
}

/** Pure; a body that makes no sense at all is one fault `unreadableBody`. */
export type Decoder = (raw: RawTelemetry) => Decoded
