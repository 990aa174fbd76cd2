/**
 * Takes intervals whose windows nothing was written of, and which nothing but another statement can change: written at once, column by
 * column. Nearly every block of an import is such a one; window by window it would take ten times as long.
 */
import { MAX_BLOCK_VALUES } from '../../schemas/telemetry.ts'
import { MISSING, newDay, putSlots, QUALITIES, type Slots } from './day.ts'
import type { StreamDraft } from './draft.ts'
import type { AggregatorDay } from './state.ts'

/** Lists that hold nothing but one number. Days of an import consist of them, and many are remembered: equal ones share their memory. */
const alike = new Map<string, readonly number[]>()

/** False, having done nothing: the windows have to be looked at one by one. */
export function takeFresh(draft: StreamDraft, dayMs: number, stepS: number, slots: Slots): boolean {
  if (!isOver(draft, stepS, slots) || draft.pending(dayMs)) return false
  const before = draft.day(dayMs) ?? newDay(draft.stream, dayMs, stepS, draft.nowMs)
  const first = (slots.startMs - dayMs) / (stepS * 1000)
  const count = slots.wh.length
  if (!isUnwritten(before, slots, first)) return false
  const day = putSlots(before, slots, draft.nowMs)
  const { deviceId, channel, source } = day
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
    coveragePermille: listOf(count, 1000),
  })
  draft.putDay(withShared(day, first, count))
  return true
}

/** Each slot is a window that is over and stated; none is open or was asked for. */
function isOver({ stream, nowMs, isAsked }: StreamDraft, stepS: number, { slotS, startMs, wh, quality }: Slots): boolean {
  const endMs = startMs + wh.length * slotS * 1000
  const isOneEach = slotS === stepS && wh.length <= MAX_BLOCK_VALUES && !quality.includes(MISSING)
  return isOneEach && endMs <= nowMs && stream.windows.length === 0 && !isAsked(startMs, endMs)
}

/** The day holds at most other windows of the same statements. */
function isUnwritten({ baseRevision, sums, grids, revisions }: AggregatorDay, slots: Slots, first: number): boolean {
  const isAlone = sums.length === 0 && grids.every((grid) => grid.register === slots.register && grid.slotS === slots.slotS)
  if (!isAlone || baseRevision !== 0) return false
  for (let index = first; index < first + slots.wh.length; index++) if (revisions[index] !== 0) return false
  return true
}

/** The day with its windows written, and with lists that it shares with others where they are alike. */
function withShared(day: AggregatorDay, first: number, count: number): AggregatorDay {
  const written = day.revisions.map((revision, index) => (index >= first && index < first + count ? 1 : revision))
  const grids = day.grids.map((grid) => ({ ...grid, quality: shared(grid.quality) }))
  return { ...day, grids, revisions: shared(written) }
}

function shared(values: readonly number[]): readonly number[] {
  const [first = 0] = values
  return values.every((value) => value === first) ? listOf(values.length, first) : values
}

function listOf(count: number, value: number): readonly number[] {
  const key = `${count} ${value}`
  const known = alike.get(key) ?? new Array<number>(count).fill(value)
  alike.set(key, known)
  return known
}
