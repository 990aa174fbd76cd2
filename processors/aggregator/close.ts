/** Closes what time has closed: windows past their grace, and written windows that changed since. */
import { DAY_MS } from './day.ts'
import type { StreamDraft } from './draft.ts'
import { frameAt } from './locate.ts'
import { takePending } from './pending.ts'
import type { AggregatorStream, OpenWindow } from './state.ts'
import { moveToDay } from './take-span.ts'
import { isEqual, NOTHING, type WindowEnergy, windowEnergy } from './window-energy.ts'
import { type DueWindow, writeWindows } from './write-windows.ts'

/** Whether a window has ended, so that its grace is worth looking up. */
export const mayClose = ({ windows }: AggregatorStream, nowMs: number): boolean =>
  windows.some(({ startMs, stepS }) => startMs + stepS * 1000 <= nowMs)

/** Closes the stream's windows whose end and grace have passed. */
export function closeWindows(draft: StreamDraft): void {
  const isDue = (window: OpenWindow) => window.startMs + window.stepS * 1000 + draft.granularityAt(window.startMs).graceMs <= draft.nowMs
  const due = draft.stream.windows.filter(isDue)
  if (due.length === 0) return
  const byDay = new Map<number, number[]>()
  for (const window of due) {
    const { dayMs } = frameAt(draft, window.startMs, draft.granularityAt(window.startMs))
    const index = moveToDay(draft, window, dayMs)
    byDay.set(dayMs, [...(byDay.get(dayMs) ?? []), index])
  }
  draft.stream = { ...draft.stream, windows: draft.stream.windows.filter((window) => !due.includes(window)) }
  for (const [dayMs, indexes] of byDay) {
    const noted = draft.pending(dayMs)
    if (noted) draft.setPending(dayMs, takePending(noted, (index) => indexes.includes(index)).rest)
    writeChanged(
      draft,
      dayMs,
      indexes.map((index) => [index, NOTHING] as const),
    )
  }
}

/** Writes the day's noted windows: those written before at once, the others when their grace has passed. */
export function closePending(draft: StreamDraft, dayMs: number): void {
  const [pending, day] = [draft.pending(dayMs), draft.day(dayMs)]
  if (!pending || !day) return
  const isDue = (index: number) => {
    const endMs = dayMs + (index + 1) * day.stepS * 1000
    return (day.revisions[index] ?? 0) > 0 || endMs + draft.granularityAt(dayMs).graceMs <= draft.nowMs
  }
  const { due, rest } = takePending(pending, isDue)
  if (due.length === 0) return
  draft.setPending(dayMs, rest)
  writeChanged(draft, dayMs, due)
}

/** A window that came back to what it was gets no revision. */
function writeChanged(draft: StreamDraft, dayMs: number, windows: readonly (readonly [number, WindowEnergy])[]): void {
  const day = draft.day(dayMs)
  if (!day) return
  const due = windows.flatMap(([index, before]): DueWindow[] => {
    const energy = windowEnergy(day, index)
    const wasWritten = (day.revisions[index] ?? 0) > 0
    return isEqual(energy, before) ? [] : [{ index, energy, before: wasWritten ? before : null }]
  })
  draft.putDay(
    writeWindows(
      draft,
      day,
      due.sort((a, b) => a.index - b.index),
    ),
  )
}

/** Forgets a day that nothing touched for so long; what comes for it later counts its revisions on. False = it is still needed. */
export function forgetDay(draft: StreamDraft, dayMs: number, keepMs: number): boolean {
  const day = draft.day(dayMs)
  if (!day || draft.pending(dayMs) || day.touchedMs + keepMs > draft.nowMs) return false
  const greatest = Math.max(day.baseRevision, ...day.revisions)
  const { stream } = draft
  draft.stream = {
    ...stream,
    sealedUntilMs: Math.max(stream.sealedUntilMs, dayMs + DAY_MS),
    sealedRevision: Math.max(stream.sealedRevision, greatest),
  }
  return true
}
