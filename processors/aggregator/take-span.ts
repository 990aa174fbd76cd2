/** Puts the energy of a register difference, or its withdrawal, into the windows it touches. */
import type { ReadingBlock } from '../../schemas/telemetry.ts'
import { addPart, newDay } from './day.ts'
import type { StreamDraft } from './draft.ts'
import { frameAt, indexOf, isSealed } from './locate.ts'
import { MAX_SPREAD_MS } from './max-spread.ts'
import { notePending } from './pending.ts'
import { type Piece, splitSpan } from './split-span.ts'
import type { OpenWindow, WindowPart } from './state.ts'
import { windowEnergy } from './window-energy.ts'

/** Takes one value of a block of kind register or withdrawn; returns why it can not be taken, or null. */
export function takeSpan(draft: StreamDraft, block: ReadingBlock, index: number): string | null {
  const startMs = block.startMs + index * block.stepMs
  const endMs = startMs + block.stepMs
  if (block.stepMs > MAX_SPREAD_MS) return null
  const granularity = draft.granularityAt(startMs)
  const frame = frameAt(draft, startMs, granularity)
  const pieces = splitSpan(startMs, endMs, block.values[index] ?? 0, { originMs: frame.dayMs, stepMs: frame.stepS * 1000 })
  const placed = pieces.map((piece) => ({ piece, frame: frameAt(draft, piece.windowMs, granularity) }))
  if (placed.some(({ frame: { dayMs } }) => isSealed(draft, dayMs)))
    return 'lies in a day that is closed for good: import whole intervals instead'
  for (const { piece, frame: place } of placed) {
    const part = partOf(block, index, piece, pieces.length > 1, place.stepS)
    if (!addToDay(draft, place.dayMs, piece.windowMs, part)) addToWindow(draft, piece.windowMs, place.stepS, part)
  }
  return null
}

/** A cut counts as metered where the register was read within a tenth of a window of it. */
function partOf(block: ReadingBlock, index: number, piece: Piece, isCut: boolean, stepS: number): WindowPart {
  const coveredMs = block.kind === 'withdrawn' ? 0 - piece.coveredMs : piece.coveredMs
  const quality = block.qualities[index]
  const isEstimated = quality === 'estimated' || (isCut && block.stepMs > stepS * 100)
  return {
    register: block.register,
    wh: piece.energyWh,
    coveredMs,
    estimatedMs: isEstimated ? coveredMs : 0,
    modelledMs: quality === 'modelled' ? coveredMs : 0,
    editedMs: quality === 'edited' ? coveredMs : 0,
  }
}

/** Adds to a window that was written before; false where it was not. */
function addToDay(draft: StreamDraft, dayMs: number, windowMs: number, part: WindowPart): boolean {
  const day = draft.day(dayMs)
  if (!day) return false
  const index = indexOf(dayMs, day.stepS, windowMs)
  if ((day.revisions[index] ?? 0) === 0) return false
  notePending(draft, day, [[index, windowEnergy(day, index)]])
  draft.putDay(addPart(day, index, part, draft.nowMs))
  return true
}

function addToWindow(draft: StreamDraft, windowMs: number, stepS: number, part: WindowPart): void {
  const { stream } = draft
  const at = stream.windows.findIndex((window) => window.startMs === windowMs && window.stepS === stepS)
  const window = stream.windows[at]
  if (window) {
    draft.stream = { ...stream, windows: stream.windows.with(at, { ...window, parts: addToParts(window.parts, part) }) }
    return
  }
  const windows = [...stream.windows, { startMs: windowMs, stepS, parts: [part] }].sort((a, b) => a.startMs - b.startMs)
  draft.stream = { ...stream, windows }
}

export function addToParts(parts: OpenWindow['parts'], part: WindowPart): OpenWindow['parts'] {
  const at = parts.findIndex(({ register }) => register === part.register)
  const other = parts[at]
  if (!other) return [...parts, part]
  return parts.with(at, {
    register: part.register,
    wh: other.wh + part.wh,
    coveredMs: other.coveredMs + part.coveredMs,
    estimatedMs: other.estimatedMs + part.estimatedMs,
    modelledMs: other.modelledMs + part.modelledMs,
    editedMs: other.editedMs + part.editedMs,
  })
}

/** The windows of a stream that a tick closes move into their days. */
export function moveToDay(draft: StreamDraft, window: OpenWindow, dayMs: number): number {
  const before = draft.day(dayMs) ?? newDay(draft.stream, dayMs, window.stepS, draft.nowMs)
  const index = indexOf(dayMs, before.stepS, window.startMs)
  draft.putDay(window.parts.reduce((day, part) => addPart(day, index, part, draft.nowMs), before))
  return index
}
