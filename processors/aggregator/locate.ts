/** Finds the day and window of an instant in a stream. */
import { DAY_MS } from './day.ts'
import type { StreamDraft } from './draft.ts'
import type { Granularity } from './granularity.ts'

export interface DayFrame {
  readonly dayMs: number
  readonly stepS: number
}

/** A day keeps the window length that it, or a window open in it, began with. */
export function frameAt(draft: StreamDraft, atMs: number, granularity: Granularity): DayFrame {
  const { stepS, phaseMs } = granularity
  const dayMs = Math.floor((atMs - phaseMs) / DAY_MS) * DAY_MS + phaseMs
  const held = draft.day(dayMs) ?? draft.stream.windows.find((window) => window.startMs >= dayMs && window.startMs < dayMs + DAY_MS)
  return { dayMs, stepS: held?.stepS ?? stepS }
}

export function indexOf(dayMs: number, stepS: number, atMs: number): number {
  return Math.floor((atMs - dayMs) / (stepS * 1000))
}

/** Whether the stretch's day was closed and forgotten, so that a part of a window can not be added to the rest of it. */
export function isSealed(draft: StreamDraft, dayMs: number): boolean {
  return dayMs < draft.stream.sealedUntilMs && draft.day(dayMs) === undefined
}
