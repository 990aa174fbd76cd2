/**
 * Readings across the boundary of an interval. Up to a tenth of the interval, the aggregator divides their energy by time and calls both parts measured;
 * the meter may have counted all of it on one side.
 */
import type { ReadingBlock } from '../../schemas/telemetry.ts'

export interface Cuts {
  /** Takes a record of telemetry.readings. */
  take(block: ReadingBlock): void
  /** By how much an interval may differ from the meter for what crosses its boundaries, Wh. */
  mostWh(deviceId: string, fromMs: number, untilMs: number): number
}

type Span = Pick<ReadingBlock, 'startMs' | 'stepMs'> & { readonly energyWh: number }

/** Whether a difference from the meter is no more than what crosses the interval's boundaries. */
export const isAcross = (differenceWh: number, mostWh: number): boolean => differenceWh !== 0 && Math.abs(differenceWh) <= mostWh

export function createCuts(): Cuts {
  const spans = new Map<string, Span[]>()
  return {
    take({ kind, deviceId, startMs, stepMs, values: [energyWh = 0] }) {
      if (kind === 'interval') return
      spans.set(deviceId, [...(spans.get(deviceId) ?? []), { startMs, stepMs, energyWh: Math.abs(energyWh) }])
    },
    mostWh(deviceId, fromMs, untilMs) {
      const isCut = ({ startMs, stepMs }: Span) =>
        stepMs <= (untilMs - fromMs) / 10 && [fromMs, untilMs].some((edgeMs) => startMs < edgeMs && edgeMs < startMs + stepMs)
      return (spans.get(deviceId) ?? []).filter(isCut).reduce((sum, { energyWh }) => sum + energyWh, 0)
    },
  }
}
