/** Says on a tick what became of the gaps of a channel: opened, asked for again, recovered, lost. */
import type { TelemetryGap } from '../../schemas/telemetry.ts'
import { hashId } from '../../topics/ids.ts'
import { NOTE_MS, toleranceMs } from './observe.ts'
import type { WatchedChannel, WatchedGap } from './state.ts'

export interface GapTimes {
  /** A gap is asked for again so long after it was found, ms. */
  readonly requestAfterMs: number
  /** A gap that readings ended and nobody filled is lost after so long, ms. */
  readonly loseAfterMs: number
}

export interface Settled {
  readonly watched: WatchedChannel
  readonly told: readonly TelemetryGap[]
}

/** An end that is far beyond every reading: the gap goes on. */
const OPEN_END_MS = 8.64e15

/** Pure; the same object comes back where there is nothing to say. */
export function settleGaps(watched: WatchedChannel, cadenceS: number, nowMs: number, times: GapTimes): Settled {
  const found = findSilence(watched, cadenceS, nowMs)
  const told: TelemetryGap[] = []
  const gaps = found.gaps.flatMap((gap) => {
    const status = nextStatus(gap, nowMs, times)
    if (status === null) return [gap]
    const next: WatchedGap = {
      ...gap,
      status,
      revision: gap.revision + 1,
      detectedMs: gap.detectedMs || nowMs,
      untilMs: gap.endedMs === null ? nowMs : gap.untilMs,
      endTold: gap.endedMs !== null,
    }
    told.push(gapRecord(watched, next))
    return status === 'recovered' || status === 'lost' ? [] : [next]
  })
  return { watched: told.length > 0 || found !== watched ? { ...found, gaps } : watched, told }
}

function findSilence(watched: WatchedChannel, cadenceS: number, nowMs: number): WatchedChannel {
  const isSilent = nowMs > watched.coveredUntilMs + toleranceMs(cadenceS) + NOTE_MS
  if (!isSilent || watched.gaps.some((gap) => gap.endedMs === null)) return watched
  const fromMs = watched.coveredUntilMs
  const gap: WatchedGap = {
    fromMs,
    untilMs: nowMs,
    missingFrom: [fromMs],
    missingUntil: [OPEN_END_MS],
    energyWh: null,
    carried: false,
    status: null,
    revision: 0,
    detectedMs: 0,
    endedMs: null,
    endTold: false,
  }
  return { ...watched, gaps: [...watched.gaps, gap] }
}

/** The one step that is due, or null. A gap is always told as open before anything else. */
function nextStatus(gap: WatchedGap, nowMs: number, times: GapTimes): TelemetryGap['status'] | null {
  if (gap.status === null) return 'open'
  if (gap.endedMs !== null && isFilled(gap)) return 'recovered'
  if (gap.status === 'open' && nowMs >= gap.detectedMs + times.requestAfterMs) return 'requested'
  // Who is asked for the values must know where they end.
  if (gap.status === 'requested' && gap.endedMs !== null && !gap.endTold) return 'requested'
  if (gap.status === 'requested' && gap.endedMs !== null && nowMs >= gap.endedMs + times.loseAfterMs) return 'lost'
  return null
}

/** The reach before the gap is known to NOTE_MS only: what seems missing at its very start need not be. */
function isFilled(gap: WatchedGap): boolean {
  return gap.missingUntil.every((untilMs) => untilMs <= gap.fromMs + NOTE_MS)
}

function gapRecord({ deviceId, channel }: WatchedChannel, gap: WatchedGap): TelemetryGap {
  const { fromMs, untilMs, energyWh, carried, revision, detectedMs, status, endedMs } = gap
  const gapId = hashId(deviceId, channel, fromMs)
  return { gapId, deviceId, channel, fromMs, untilMs, status: status ?? 'open', energyWh, carried, revision, detectedMs, endedMs }
}
