/** Answers how loose intervals become the regular grid that the evaluator reads. */
import { QUALITY_CODE, type UnitSeries } from './input.ts'
import type { Quality } from './terms.ts'

export type MeteredInterval = {
  readonly startMs: number
  readonly wh: number
  readonly quality: Quality
}

/**
 * A grid over `[startMs, endMs)` with the given intervals in place and all else missing.
 * Order does not matter; intervals outside the span are passed over. Throws RangeError for an interval
 * between grid points, for energy that is no integer, and for two intervals at one start.
 */
export function buildSeries(startMs: number, endMs: number, stepMs: number, intervals: Iterable<MeteredInterval>): UnitSeries {
  const count = Math.ceil((endMs - startMs) / stepMs)
  const series = {
    startMs,
    stepMs,
    wh: new Float64Array(count),
    quality: new Uint8Array(count),
  }
  for (const interval of intervals) {
    const index = (interval.startMs - startMs) / stepMs
    if (index < 0 || index >= count) continue
    checkInterval(interval, index, series)
    series.wh[index] = interval.wh
    series.quality[index] = QUALITY_CODE[interval.quality]
  }
  return series
}

function checkInterval(interval: MeteredInterval, index: number, series: UnitSeries): void {
  const at = new Date(interval.startMs).toISOString()
  if (!Number.isInteger(index)) throw new RangeError(`interval at ${at} does not lie on the grid of ${series.stepMs} ms`)
  if (!Number.isSafeInteger(interval.wh)) throw new RangeError(`interval at ${at}: wh ${interval.wh} is no integer`)
  if (series.quality[index] !== 0) throw new RangeError(`interval at ${at} is given twice: pass its latest revision only`)
}
