/** Opens a stream's part of the stores as a draft, and puts back what decisions changed. */
import type { IntervalBlock } from '../../schemas/telemetry.ts'
import type { Store } from '../runtime/define.ts'
import { askedIn } from './asked-gaps.ts'
import type { StreamDraft } from './draft.ts'
import type { Granularity } from './granularity.ts'
import { dayKey, type StreamId, streamKey } from './keys.ts'
import type { AggregatorDay, AggregatorStream, AskedGaps, PendingWindows } from './state.ts'

export interface AggregatorStores {
  readonly streams: Store<AggregatorStream>
  readonly days: Store<AggregatorDay>
  readonly pending: Store<PendingWindows>
  readonly asked: Store<AskedGaps>
}

export interface DraftParts {
  readonly nowMs: number
  readonly stores: AggregatorStores
  readonly granularityAt: (atMs: number) => Granularity
  readonly emit: (block: IntervalBlock) => void
}

/** Runs a decision on the stream; a stream that only ever held whole days is not stored. */
export function withStream<T>(id: StreamId, parts: DraftParts, decide: (draft: StreamDraft) => T): T {
  const { streams, days, pending, asked } = parts.stores
  const key = streamKey(id)
  const { deviceId, channel, source } = id
  const known = streams.get(key) ?? { deviceId, channel, source, windows: [], sealedUntilMs: 0, sealedRevision: 0 }
  const draft: StreamDraft = {
    nowMs: parts.nowMs,
    stream: known,
    granularityAt: parts.granularityAt,
    day: (dayMs) => days.get(dayKey(id, dayMs)),
    putDay: (day) => days.put(dayKey(id, day.startMs), day),
    pending: (dayMs) => pending.get(dayKey(id, dayMs)),
    setPending: (dayMs, value) => (value ? pending.put(dayKey(id, dayMs), value) : pending.delete(dayKey(id, dayMs))),
    isAsked: askedIn(asked, id),
    emit: parts.emit,
  }
  const result = decide(draft)
  if (draft.stream !== known) streams.put(key, draft.stream)
  return result
}
