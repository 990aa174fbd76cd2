/** Asks a vendor's history for values that did not come. */
import type { Asked, Missing } from '../../delivery/device-port.ts'
import type { PollState, Stream } from './poller.ts'
import { streamKey } from './position.ts'
import type { Stretch } from './telemetry.ts'

export interface Backfills {
  /** Stretches that are to be asked for, by stream. */
  readonly asked: Map<string, Stretch>
  /** Stretches that the vendor had nothing new for, by stream: the last of each. */
  readonly barren: Map<string, Stretch>
}

const DAY_MS = 86_400_000
/** A line that has no room for so long is asked again later. */
const PATIENCE_MS = 3_600_000

/** `look`: the stream has something to be asked for. */
export function askBackfill(state: PollState, missing: Missing, look: (stream: Stream) => void): Asked {
  const device = state.devices.get(missing.deviceId)
  const adapter = device && state.adapters.get(device.vendor)
  if (!device || !adapter) return 'later'
  const { telemetry } = adapter
  const name = telemetry.streamOf(device.attributes, missing.channel)
  const nowMs = state.clock.nowMs()
  const fromMs = Math.max(missing.fromMs, nowMs - telemetry.historyMs)
  const untilMs = Math.min(missing.untilMs, Math.floor((nowMs - telemetry.readyMs) / telemetry.stepMs) * telemetry.stepMs)
  if (name === undefined || missing.untilMs <= nowMs - telemetry.historyMs) return 'impossible'
  if (untilMs <= fromMs) return 'later'
  const key = streamKey(device.deviceId, name)
  const isSettled = untilMs < nowMs - telemetry.restatedDays * DAY_MS
  if (isSettled && isWithin({ fromMs, untilMs }, state.barren.get(key))) return 'impossible'
  const line = state.lineOf(device)
  const roomAtMs = line?.roomAt('poll', [device.vendorId]).atMs ?? nowMs
  // Infinity: calls are under way, which says nothing of when.
  if (!line || (Number.isFinite(roomAtMs) && roomAtMs > nowMs + PATIENCE_MS)) return 'later'
  const before = state.asked.get(key)
  const wanted = before ? { fromMs: Math.min(before.fromMs, fromMs), untilMs: Math.max(before.untilMs, untilMs) } : { fromMs, untilMs }
  state.asked.set(key, wanted)
  look({ device, adapter, name, key })
  return 'coming'
}

const isWithin = (part: Stretch, whole: Stretch | undefined): boolean =>
  whole !== undefined && whole.fromMs <= part.fromMs && whole.untilMs >= part.untilMs
