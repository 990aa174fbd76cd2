/** Remembers which values were asked for again, so that a revision can say that they were recovered. */
import type { TelemetryGap } from '../../schemas/telemetry.ts'
import type { Store } from '../runtime/define.ts'
import { channelKey, type StreamId } from './keys.ts'
import type { AskedGaps } from './state.ts'

const KEPT_GAPS = 16

/** Folds a gap: what was asked for stays asked for when it is recovered, since its intervals may be written after that; lost, it is given up. */
export function keepGap(store: Store<AskedGaps>, { gapId, deviceId, channel, fromMs, untilMs, status, endedMs }: TelemetryGap): void {
  if (status === 'open') return
  const key = channelKey({ deviceId, channel })
  const others = store.get(key)?.gaps.filter((gap) => gap.gapId !== gapId) ?? []
  const asked = status === 'lost' ? [] : [{ gapId, fromMs, untilMs: endedMs === null ? null : untilMs }]
  const gaps = [...others, ...asked].slice(-KEPT_GAPS)
  if (gaps.length > 0) store.put(key, { gaps })
  else store.delete(key)
}

/** Whether values of the window were asked for. */
export type IsAsked = (startMs: number, endMs: number) => boolean

export function askedIn(store: Store<AskedGaps>, stream: Pick<StreamId, 'deviceId' | 'channel'>): IsAsked {
  const gaps = store.size === 0 ? [] : (store.get(channelKey(stream))?.gaps ?? [])
  return (startMs, endMs) => gaps.some((gap) => gap.fromMs < endMs && (gap.untilMs === null || gap.untilMs > startMs))
}
