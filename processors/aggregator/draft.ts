/** The part of the aggregator's state that one stream needs, as decisions read and change it. */
import type { IntervalBlock } from '../../schemas/telemetry.ts'
import type { IsAsked } from './asked-gaps.ts'
import type { Granularity } from './granularity.ts'
import type { AggregatorDay, AggregatorStream, PendingWindows } from './state.ts'

/** Days and pending windows are found by the start of the day. */
export interface StreamDraft {
  readonly nowMs: number
  stream: AggregatorStream
  granularityAt(atMs: number): Granularity
  day(dayMs: number): AggregatorDay | undefined
  putDay(day: AggregatorDay): void
  pending(dayMs: number): PendingWindows | undefined
  /** Undefined = nothing waits any more. */
  setPending(dayMs: number, pending: PendingWindows | undefined): void
  readonly isAsked: IsAsked
  emit(block: IntervalBlock): void
}
