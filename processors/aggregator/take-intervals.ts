/** Puts stated intervals into the days they belong to, and writes at once the windows that they complete. */
import type { ReadingBlock } from '../../schemas/telemetry.ts'
import { DAY_MS, MISSING, newDay, putSlots, QUALITIES, type Slots } from './day.ts'
import type { StreamDraft } from './draft.ts'
import { createBlockJoiner } from './join-blocks.ts'
import { frameAt } from './locate.ts'
import { notePending } from './pending.ts'
import { splitSpan } from './split-span.ts'
import type { AggregatorDay } from './state.ts'
import { takeFresh } from './take-fresh.ts'
import { isEqual, NOTHING, type WindowEnergy, windowEnergy } from './window-energy.ts'
import { type DueWindow, writeWindows } from './write-windows.ts'

const QUARTER_S = 900
const ESTIMATED = QUALITIES.indexOf('estimated')

/** Takes a block of kind interval. */
export function takeIntervals(draft: StreamDraft, block: ReadingBlock): void {
  const joiner = createBlockJoiner(draft.emit)
  takeDays({ ...draft, emit: joiner.emit }, block)
  joiner.end()
}

function takeDays(draft: StreamDraft, block: ReadingBlock): void {
  const granularity = draft.granularityAt(block.startMs)
  for (let from = 0; from < block.values.length; ) {
    const frame = frameAt(draft, block.startMs + from * block.stepMs, granularity)
    const slotS = Math.min(block.stepMs / 1000, frame.stepS, QUARTER_S)
    const untilMs = frame.dayMs + DAY_MS
    let until = from
    while (until < block.values.length && block.startMs + until * block.stepMs < untilMs) until++
    const { inside, beyond } = cutAt(slotsOf(block, from, until, slotS, frame.stepS), untilMs)
    takeSlots(draft, frame.dayMs, frame.stepS, inside)
    // An interval across the end of the day: its last slots belong to the next one.
    if (beyond) takeSlots(draft, untilMs, frameAt(draft, untilMs, granularity).stepS, beyond)
    from = until
  }
}

/** Slots are no longer than a window; longer intervals are divided evenly, and estimated where a window is shorter than they are. */
function slotsOf(block: ReadingBlock, from: number, until: number, slotS: number, stepS: number): Slots {
  const { register, stepMs } = block
  const startMs = block.startMs + from * stepMs
  const codes = block.qualities.slice(from, until).map((quality) => QUALITIES.indexOf(quality))
  if (stepMs === slotS * 1000) return { register, slotS, startMs, wh: block.values.slice(from, until), quality: codes }
  const isEstimated = stepMs > stepS * 1000
  const wh: number[] = []
  const quality: number[] = []
  for (let i = from; i < until; i++) {
    const code = codes[i - from] ?? MISSING
    for (const piece of splitSpan(0, stepMs, block.values[i] ?? 0, { originMs: 0, stepMs: slotS * 1000 })) {
      wh.push(piece.energyWh)
      quality.push(isEstimated && code !== MISSING ? ESTIMATED : code)
    }
  }
  return { register, slotS, startMs, wh, quality }
}

function cutAt(slots: Slots, untilMs: number): { readonly inside: Slots; readonly beyond: Slots | null } {
  const count = Math.ceil((untilMs - slots.startMs) / (slots.slotS * 1000))
  if (count >= slots.wh.length) return { inside: slots, beyond: null }
  return {
    inside: { ...slots, wh: slots.wh.slice(0, count), quality: slots.quality.slice(0, count) },
    beyond: { ...slots, startMs: untilMs, wh: slots.wh.slice(count), quality: slots.quality.slice(count) },
  }
}

function takeSlots(draft: StreamDraft, dayMs: number, stepS: number, slots: Slots): void {
  if (takeFresh(draft, dayMs, stepS, slots)) return
  const before = draft.day(dayMs) ?? newDay(draft.stream, dayMs, stepS, draft.nowMs)
  const day = putSlots(before, slots, draft.nowMs)
  const first = Math.floor((slots.startMs - dayMs) / (stepS * 1000))
  const last = Math.floor((slots.startMs - dayMs + (slots.wh.length * slots.slotS - 1) * 1000) / (stepS * 1000))
  const due: DueWindow[] = []
  const waiting: [number, WindowEnergy][] = []
  const isSettled = settledIn(draft, day)
  for (let index = first; index <= last; index++) {
    const energy = windowEnergy(day, index)
    const was = (before.revisions[index] ?? 0) > 0 ? windowEnergy(before, index) : null
    if (isEqual(energy, was ?? NOTHING)) continue
    if (energy.coveragePermille === 1000 && isSettled(index)) due.push({ index, energy, before: was })
    else waiting.push([index, was ?? NOTHING])
  }
  if (due.length === 0 && waiting.length === 0) return
  draft.putDay(writeWindows(draft, day, due))
  if (waiting.length > 0) notePending(draft, day, waiting)
}

/** Says of windows of the day that are covered whole whether nothing but another statement can change them: they are over, and no register counts into them. */
function settledIn({ nowMs, stream, pending }: StreamDraft, { startMs, stepS, sums }: AggregatorDay): (index: number) => boolean {
  const stepMs = stepS * 1000
  const waiting = pending(startMs)?.index ?? []
  return (index) => {
    const windowMs = startMs + index * stepMs
    const isOpen = sums.length > 0 || stream.windows.some((window) => window.startMs === windowMs)
    return windowMs + stepMs <= nowMs && !isOpen && !waiting.includes(index)
  }
}
