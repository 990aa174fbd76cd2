/** The question that settlement asks about the energy of units in the past, and the answer: typed arrays, pinned to an offset. */
import type { SettledUnit } from './unit-kind.ts'

/** At most this many units are asked for at once. */
export const MAX_UNITS_ASKED = 500

/** Half-open, epoch ms UTC. */
export interface HistorySpan {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Asks for the energies of units in some spans, on the grid of a program.
 * Only rows of settlement.intervals with partition = `historyPartition` and offset <= `historyOffset` may enter; whoever answers
 * waits until the loader has passed that offset. `historyOffset` -1: the partition has no record, the answer is empty at once.
 */
export interface HistoryQuestion {
  readonly eventId: string
  /** `programId` of the rows: empty for devices and meters, which contribute to themselves for every program. */
  readonly programId: string
  readonly unitKind: SettledUnit
  /** Ascending, distinct, at most MAX_UNITS_ASKED. */
  readonly unitIds: readonly string[]
  /** Grid of the answer, seconds. */
  readonly stepS: number
  /** Start of the first and end of the last span, epoch ms UTC; `fromMs` is a line of the grid. */
  readonly fromMs: number
  readonly toMs: number
  /** Ascending, disjoint; only intervals that start inside one of them are answered. */
  readonly spans: readonly HistorySpan[]
  /** Those of the event's day: a device that is not whole in them counts for nothing in its unit. Ascending, disjoint, of `spans`. */
  readonly wholeIn: readonly HistorySpan[]
  /** Which sources are preferred where several have an interval: as `namedSources` reads it. */
  readonly dataSource: string
  readonly historyPartition: number
  readonly historyOffset: number
}

/**
 * One unit's energies as columns of equal length, by ascending `startMs`; each interval lasts `stepS` of the question.
 * `wh`: net, + = import, integers. `quality`: QUALITY_CODE of baseline/input.ts (measured 1, estimated 2, modelled 3, edited 4),
 * 0 = nothing is known. `coveragePermille`: 0 to 1000. `named`: 1 where every contribution came from what `dataSource` names.
 */
export interface UnitEnergies {
  readonly unitId: string
  readonly startMs: Float64Array
  readonly wh: Float64Array
  readonly quality: Uint8Array
  readonly coveragePermille: Uint16Array
  readonly named: Uint8Array
  /** Devices of the unit that count for nothing. */
  readonly devicesLeftOut: number
}

/** One entry per unit of the question, in its order; a unit without rows has columns of length 0. `combine.ts` defines the contents. */
export interface HistoryAnswer {
  readonly units: readonly UnitEnergies[]
}
