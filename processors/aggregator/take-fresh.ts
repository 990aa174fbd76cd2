/**
 * Takes intervals of a day of which nothing is known yet, and which nothing but another statement can change: written at once, column by
 * column. Nearly every block of an import is such a one; window by window it would take ten times as long.
 */
import { MISSING, newDay, putSlots, QUALITIES, type Slots } from './day.ts'
import type { StreamDraft } from './draft.ts'

const MAX_BLOCK = 96
const WHOLE: readonly number[] = new Array<number>(MAX_BLOCK).fill(1000)

/** False, having done nothing: the windows have to be looked at one by one. */
export function takeFresh(draft: StreamDraft, dayMs: number, stepS: number, slots: Slots): boolean {
  if (!isFresh(draft, dayMs, stepS, slots)) return false
  const { deviceId, channel, source } = draft.stream
  const day = putSlots(newDay(draft.stream, dayMs, stepS, draft.nowMs), slots, draft.nowMs)
  const first = (slots.startMs - dayMs) / (stepS * 1000)
  const count = slots.wh.length
  draft.emit({
    deviceId,
    channel,
    source,
    startMs: slots.startMs,
    stepS,
    revision: 1,
    reason: 'initial',
    values: slots.wh,
    qualities: slots.quality.map((code) => QUALITIES[code] ?? 'missing'),
    coveragePermille: WHOLE.slice(0, count),
  })
  draft.putDay({ ...day, revisions: day.revisions.map((none, index) => (index >= first && index < first + count ? 1 : none)) })
  return true
}

/** Each slot is a window, all of them are over and stated, nothing was written, waits, is open or was asked for. */
function isFresh(draft: StreamDraft, dayMs: number, stepS: number, { slotS, startMs, wh, quality }: Slots): boolean {
  const { stream, nowMs } = draft
  const endMs = startMs + wh.length * slotS * 1000
  const isOneEach = slotS === stepS && wh.length <= MAX_BLOCK && endMs <= nowMs && !quality.includes(MISSING)
  const isUnheard = dayMs >= stream.sealedUntilMs && stream.windows.length === 0
  return isOneEach && isUnheard && !draft.isAsked(startMs, endMs) && !draft.day(dayMs) && !draft.pending(dayMs)
}
