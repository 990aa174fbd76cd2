/** Compares what was settled with the fleet's own meters: equal to the watt-hour, except where the result itself says that it is not measured. */
import type { SettlementResult } from '../../../schemas/settlement.ts'
import { settlementResults, telemetryReadings } from '../../../topics/catalogue.ts'
import { createCuts, isAcross } from '../../fleet/cuts.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import type { LogSnapshot } from './log-snapshot.ts'

export interface SettledInterval {
  readonly unitId: string
  readonly startMs: number
  readonly endMs: number
  readonly actualWh: number
  readonly meterWh: number
  readonly quality: string
  /** What crosses its boundaries, Wh. */
  readonly cutWh: number
}

/** The newest result of each unit in the event. */
export function newestResults(results: readonly SettlementResult[], eventId: string): readonly SettlementResult[] {
  const newest = new Map<string, SettlementResult>()
  for (const result of results) {
    if (result.eventId === eventId && (newest.get(result.unitId)?.revision ?? 0) < result.revision) newest.set(result.unitId, result)
  }
  return [...newest.values()]
}

/** Those of the newest results in the event; the log has to hold results and readings. */
export function settledIntervals(log: LogSnapshot, eventId: string, fleet: Fleet): readonly SettledInterval[] {
  const cuts = createCuts()
  for (const block of log.values(telemetryReadings)) cuts.take(block)
  return newestResults(log.values(settlementResults), eventId).flatMap(({ unitId, startMs, stepS, actualWh, qualities }) =>
    actualWh.map((wh, index) => {
      const fromMs = startMs + index * stepS * 1000
      const endMs = fromMs + stepS * 1000
      return {
        unitId,
        startMs: fromMs,
        endMs,
        actualWh: wh,
        meterWh: fleet.meterWh(unitId, fromMs, endMs),
        quality: qualities[index] ?? '',
        cutWh: cuts.mostWh(unitId, fromMs, endMs),
      }
    }),
  )
}

/** Not measured, or for a part on the other side of its boundary by a reading that crosses it. */
export const isFlagged = ({ quality, actualWh, meterWh, cutWh }: SettledInterval): boolean =>
  quality !== 'measured' || isAcross(actualWh - meterWh, cutWh)

/** Intervals that differ from the meter and do not say so. */
export const unflaggedDifferences = (intervals: readonly SettledInterval[]): readonly string[] =>
  intervals
    .filter((interval) => !isFlagged(interval) && interval.actualWh !== interval.meterWh)
    .map(({ unitId, startMs, actualWh, meterWh }) => `${unitId} ${new Date(startMs).toISOString()}: ${actualWh} Wh instead of ${meterWh}`)

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
