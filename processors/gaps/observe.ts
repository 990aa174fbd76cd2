/** Follows the readings of a channel: how far they reach, what they leave out, and what they fill. */
import type { ReadingBlock } from '../../schemas/telemetry.ts'
import { MAX_SPREAD_MS } from '../aggregator/max-spread.ts'
import { type Stretch, withoutCovered } from './missing.ts'
import type { WatchedChannel, WatchedGap } from './state.ts'

/** The reach of a channel is noted in steps of this, so that not every reading of a fast device is a change of state. */
export const NOTE_MS = 60_000
const KEPT_GAPS = 16

/** Longer without a reading than this is a gap. */
export function toleranceMs(cadenceS: number): number {
  return Math.max(2500 * cadenceS, 60_000)
}

/** The channel after a block; the same object where nothing worth noting changed. */
export function observe(watched: WatchedChannel, block: ReadingBlock, cadenceS: number, nowMs: number): WatchedChannel {
  if (block.kind === 'withdrawn') return watched
  // An import of the past, before any gap: value by value it would come to the same.
  const endMs = block.startMs + block.values.length * block.stepMs
  const isPast = endMs <= watched.coveredUntilMs && watched.gaps.every(({ fromMs }) => endMs <= fromMs)
  if (block.kind === 'interval' && isPast) return watched
  let now = watched
  for (const { stretch, energyWh } of stretchesOf(block)) {
    const isWide = block.kind === 'register' && stretch.untilMs - stretch.fromMs > toleranceMs(cadenceS)
    now = isWide ? bridge(now, stretch, energyWh, nowMs) : cover(now, stretch, cadenceS, nowMs)
  }
  return now
}

/** Neighbouring values that are there; a register difference stands alone. */
function stretchesOf({ kind, startMs, stepMs, values, qualities }: ReadingBlock): { stretch: Stretch; energyWh: number }[] {
  const stretches: { stretch: { readonly fromMs: number; untilMs: number }; energyWh: number }[] = []
  for (const [index, energyWh] of values.entries()) {
    if (qualities[index] === 'missing') continue
    const fromMs = startMs + index * stepMs
    const last = stretches.at(-1)?.stretch
    if (last?.untilMs === fromMs && kind === 'interval') last.untilMs = fromMs + stepMs
    else stretches.push({ stretch: { fromMs, untilMs: fromMs + stepMs }, energyWh })
  }
  return stretches
}

/** Readings as dense as expected: they fill gaps, end an open one, and leave one behind where they begin too late. */
function cover(watched: WatchedChannel, stretch: Stretch, cadenceS: number, nowMs: number): WatchedChannel {
  const reaches = stretch.untilMs > watched.coveredUntilMs
  const open = watched.gaps.find((gap) => gap.endedMs === null)
  const ended = reaches && open ? watched.gaps.with(watched.gaps.indexOf(open), endGap(open, stretch.fromMs, nowMs)) : watched.gaps
  const isHole = !open && stretch.fromMs > watched.coveredUntilMs + toleranceMs(cadenceS) + NOTE_MS
  const left = isHole ? [...ended, newGap({ fromMs: watched.coveredUntilMs, untilMs: stretch.fromMs }, nowMs)] : ended
  const gaps = left.map((gap) => fillGap(gap, stretch))
  const isWorthNoting = stretch.untilMs >= watched.coveredUntilMs + NOTE_MS || left !== watched.gaps
  if (!isWorthNoting && gaps.every((gap, index) => gap === watched.gaps[index])) return watched
  return { ...watched, coveredUntilMs: Math.max(watched.coveredUntilMs, stretch.untilMs), gaps: gaps.slice(-KEPT_GAPS) }
}

/** Two registers far apart: the energy between is known, its course is not. */
function bridge(watched: WatchedChannel, stretch: Stretch, energyWh: number, nowMs: number): WatchedChannel {
  const isInside = (gap: WatchedGap) => gap.endedMs !== null && gap.fromMs <= stretch.fromMs && gap.untilMs >= stretch.untilMs
  if (watched.gaps.some(isInside)) return watched
  const carried = stretch.untilMs - stretch.fromMs <= MAX_SPREAD_MS
  const open = watched.gaps.find((gap) => gap.endedMs === null)
  const bridged: WatchedGap = { ...(open ? endGap(open, stretch.untilMs, nowMs) : { ...newGap(stretch, nowMs) }), energyWh, carried }
  return {
    ...watched,
    coveredUntilMs: Math.max(watched.coveredUntilMs, stretch.untilMs),
    gaps: [...watched.gaps.filter((gap) => gap !== open), bridged].slice(-KEPT_GAPS),
  }
}

/** A gap that readings ended. */
function newGap({ fromMs, untilMs }: Stretch, nowMs: number): WatchedGap {
  return {
    fromMs,
    untilMs,
    missingFrom: [fromMs],
    missingUntil: [untilMs],
    energyWh: null,
    carried: false,
    status: null,
    revision: 0,
    detectedMs: 0,
    endedMs: nowMs,
    endTold: false,
  }
}

function endGap(gap: WatchedGap, untilMs: number, nowMs: number): WatchedGap {
  const missing = stretchesMissing(gap).map((stretch) => ({ fromMs: stretch.fromMs, untilMs: Math.min(stretch.untilMs, untilMs) }))
  return withMissing(
    { ...gap, untilMs: Math.max(gap.fromMs, untilMs), endedMs: nowMs },
    missing.filter((stretch) => stretch.untilMs > stretch.fromMs),
  )
}

function fillGap(gap: WatchedGap, stretch: Stretch): WatchedGap {
  const missing = stretchesMissing(gap)
  const left = withoutCovered(missing, stretch)
  const isSame =
    left.length === missing.length && left.every((part, i) => part.fromMs === missing[i]?.fromMs && part.untilMs === missing[i]?.untilMs)
  return isSame ? gap : withMissing(gap, left)
}

function stretchesMissing({ missingFrom, missingUntil }: WatchedGap): Stretch[] {
  return missingFrom.map((fromMs, index) => ({ fromMs, untilMs: missingUntil[index] ?? fromMs }))
}

function withMissing(gap: WatchedGap, missing: readonly Stretch[]): WatchedGap {
  return { ...gap, missingFrom: missing.map(({ fromMs }) => fromMs), missingUntil: missing.map(({ untilMs }) => untilMs) }
}
