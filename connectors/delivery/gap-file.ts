/** What a connector node knows about the gaps of one device: those still to be asked for, and which one is next. */
import type { TelemetryGap } from '../../schemas/telemetry.ts'
import { retryAtMs } from './decide.ts'
import type { Asked, Missing } from './device-port.ts'

interface KnownGap {
  readonly gap: TelemetryGap
  /** Not asked for before this, epoch ms UTC; Infinity = never, the device has no values for it. */
  readonly askMs: number
  /** Values up to here are on the way, epoch ms UTC; 0 = none were said to be. */
  readonly comingUntilMs: number
}

export interface GapFile {
  /** By start. */
  readonly gaps: readonly KnownGap[]
  /** Questions in a row that came to nothing. */
  readonly tries: number
  /** No question before this, epoch ms UTC. */
  readonly notBeforeMs: number
}

export type NextQuestion =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly untilMs: number }
  | { readonly do: 'ask'; readonly gapId: string; readonly missing: Missing }

export const emptyGapFile: GapFile = { gaps: [], tries: 0, notBeforeMs: 0 }

/** Values that were said to come have so long to do so before they are asked for again. */
const COMING_MS = 3_600_000

/** The newest revision of a gap counts; one that ended is forgotten. A gap that turns out longer than what is on the way is due at once. */
export function takeGap(file: GapFile, gap: TelemetryGap): GapFile {
  const known = file.gaps.find((other) => other.gap.gapId === gap.gapId)
  if (known && known.gap.revision >= gap.revision) return file
  const others = file.gaps.filter((other) => other !== known)
  if (gap.status === 'recovered' || gap.status === 'lost') return { ...file, gaps: others }
  if (gap.status === 'open') return file
  const isLonger = gap.endedMs !== null && known !== undefined && gap.untilMs > known.comingUntilMs
  const askMs = known === undefined || (isLonger && Number.isFinite(known.askMs)) ? 0 : known.askMs
  const next: KnownGap = { gap, askMs, comingUntilMs: known?.comingUntilMs ?? 0 }
  return { ...file, gaps: [...others, next].sort((a, b) => a.gap.fromMs - b.gap.fromMs) }
}

/** The question that has waited longest; one at a time, for all are answered over the same line. */
export function nextQuestion({ gaps, notBeforeMs }: GapFile, nowMs: number): NextQuestion {
  const next = gaps.reduce<KnownGap | undefined>((least, known) => (least && least.askMs <= known.askMs ? least : known), undefined)
  if (!next || next.askMs === Number.POSITIVE_INFINITY) return { do: 'nothing' }
  const dueMs = Math.max(next.askMs, notBeforeMs)
  return dueMs > nowMs ? { do: 'wait', untilMs: dueMs } : { do: 'ask', gapId: next.gap.gapId, missing: missingOf(next.gap, nowMs) }
}

/** A gap that readings have not ended reaches to now. */
function missingOf({ deviceId, channel, fromMs, untilMs, endedMs }: TelemetryGap, nowMs: number): Missing {
  return { deviceId, channel, fromMs, untilMs: endedMs === null ? Math.max(untilMs, nowMs) : untilMs }
}

/** `spread` (0 to 1) comes from the device id, so that a fleet does not ask at once. */
export function takeAnswer(
  file: GapFile,
  { gapId, missing }: Extract<NextQuestion, { do: 'ask' }>,
  asked: Asked,
  { nowMs, spread }: { readonly nowMs: number; readonly spread: number },
): GapFile {
  if (asked === 'later') return { ...file, tries: file.tries + 1, notBeforeMs: retryAtMs(file.tries + 1, nowMs, spread) }
  const answered = asked === 'coming' ? { askMs: nowMs + COMING_MS, comingUntilMs: missing.untilMs } : { askMs: Number.POSITIVE_INFINITY }
  const gaps = file.gaps.map((known) => (known.gap.gapId === gapId ? { ...known, ...answered } : known))
  return { gaps, tries: 0, notBeforeMs: 0 }
}

/** What was on the way may have been lost with the connection before. */
export function takeConnection({ gaps }: GapFile): GapFile {
  return {
    gaps: gaps.map((known) => (Number.isFinite(known.askMs) ? { ...known, askMs: 0, comingUntilMs: 0 } : known)),
    tries: 0,
    notBeforeMs: 0,
  }
}
