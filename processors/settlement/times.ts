/** The times at which an event is settled. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'

/** Intervals close on ticks and travel a little; most are there so long after their grace. */
const MARGIN_MS = 60_000
/** Contributions come later than this only by corrections that are made by hand. */
export const KEEP_MS = 100 * 86_400_000

/** What comes late comes in pieces: a unit is computed anew once nothing came for so long, so that one backfill is one restatement. */
const QUIET_MS = 60_000
/** Yet it waits no longer than this. */
const LONGEST_WAIT_MS = 3_600_000

type Span = { readonly endMs: number }

/** When its intervals, and those of the adjustment windows after it, should be closed. */
export function settleAtMs({ endMs }: Span, terms: ProgramTerms): number {
  const afterS = terms.baseline.windows.map(({ after, offsetS, durationS }) => (after ? offsetS + durationS : 0))
  return endMs + (Math.max(0, ...afterS) + terms.graceS) * 1000 + MARGIN_MS
}

/** When a result is final though data is missing. */
export function deadlineMs(event: Span, terms: ProgramTerms): number {
  return Math.max(event.endMs + terms.dataDeadlineS * 1000, settleAtMs(event, terms))
}
/** No look-back of a baseline is longer. */
export const LONGEST_LOOKBACK_MS = KEEP_MS

/** Whether a unit that was noted can be computed anew. */
export function isQuiet({ sinceMs, touchedMs }: { readonly sinceMs: number; readonly touchedMs: number }, nowMs: number): boolean {
  return nowMs >= Math.min(touchedMs + QUIET_MS, sinceMs + LONGEST_WAIT_MS)
}
