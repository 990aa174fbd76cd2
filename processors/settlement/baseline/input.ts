/** Answers what the evaluator is told about an event and about one unit. */
import type { EventReach, Quality } from './terms.ts'

/**
 * Quality codes of `UnitSeries.quality`, from best to worst; 0 is missing.
 * Inputs are hashed by these, so none is ever renumbered.
 */
export const QUALITY_CODE: Readonly<Record<Quality, number>> = { measured: 1, edited: 2, estimated: 3, modelled: 4 }
export const MISSING = 0

/**
 * One unit's metered energy on a regular grid: interval `i` starts at `startMs + i * stepMs`.
 * `wh[i]` is an integer, net import positive; it counts only where `quality[i]` is not `MISSING`.
 */
export type UnitSeries = {
  readonly startMs: number
  readonly stepMs: number
  readonly wh: Float64Array | Int32Array
  readonly quality: Uint8Array
}

/** Another event that reached the unit, of the same program (`own`) or another. */
export type OtherEvent = {
  readonly startMs: number
  readonly endMs: number
  readonly own: boolean
  readonly reach: EventReach
}

export type UnitHistory = {
  readonly series: UnitSeries
  /** Every other event of the look-back and of the event day; the settled event itself is left out. */
  readonly otherEvents: readonly OtherEvent[]
  /** Local days 'YYYY-MM-DD' on which the unit was without supply or shut down. */
  readonly outageDays: readonly string[]
  /** Per local day, tenths of a degree Celsius; null where no temperature is used. */
  readonly temperatures: ReadonlyMap<string, number> | null
  /** Registered level (peak load contribution, firm level …) in W; null where none is. */
  readonly referenceW: number | null
  /** Series of the control group; empty where none is. */
  readonly control: readonly UnitSeries[]
}

/** What all units of an event share: one plan serves them all. */
export type EventContext = {
  readonly eventStartMs: number
  readonly eventEndMs: number
  /** IANA zone of the program. */
  readonly zone: string
  readonly stepMs: number
  /** Local days 'YYYY-MM-DD' that the program counts as holidays. */
  readonly holidays: readonly string[]
}

export type BaselineInput = EventContext & { readonly unit: UnitHistory }

/** A history with nothing known but the load, to be completed field by field. */
export function unitHistory(series: UnitSeries, known: Partial<Omit<UnitHistory, 'series'>> = {}): UnitHistory {
  return {
    otherEvents: [],
    outageDays: [],
    temperatures: null,
    referenceW: null,
    control: [],
    ...known,
    series,
  }
}
