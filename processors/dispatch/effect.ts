/** Compares the timeline that a device should have with what it was told, and says what has to be sent. */
import type { LedgerSegment, LedgerState } from './ledger.ts'
import { unended } from './spans.ts'

const HOUR_MS = 3_600_000

/** A command that sets limits is not applied later than this after it was issued. */
const LONGEST_LIFE_MS = 48 * HOUR_MS

/** Commands whose effect reaches beyond their life are issued anew at this age. */
const RENEWAL_AGE_MS = 24 * HOUR_MS

/** What has to be sent; `expiresMs` null = a release. */
export interface Difference {
  readonly segments: readonly LedgerSegment[]
  readonly expiresMs: number | null
  /** Until when the device may hold this or what it was told before, epoch ms UTC. */
  readonly heldUntilMs: number
}

/** The event is part of the effect: what becomes of a command counts for the events of its segments. */
function sameSegment(a: LedgerSegment, b: LedgerSegment, nowMs: number): boolean {
  return (
    Math.max(a.startMs, nowMs) === Math.max(b.startMs, nowMs) &&
    a.endMs === b.endMs &&
    a.limitW === b.limitW &&
    a.level === b.level &&
    a.templateHash === b.templateHash &&
    a.eventId === b.eventId
  )
}

/** Whether two timelines ask the same of the device from now on. */
export function sameEffect(a: readonly LedgerSegment[], b: readonly LedgerSegment[], nowMs: number): boolean {
  const now = unended(a, nowMs)
  const then = unended(b, nowMs)
  return now.length === then.length && now.every((segment, index) => sameSegment(segment, then[index] as LedgerSegment, nowMs))
}

/** A command nobody may have fetched in its life is issued again while it still matters, releases as well. */
const needsRenewal = ({ issuedMs, heldUntilMs }: LedgerState, nowMs: number): boolean =>
  nowMs - issuedMs >= RENEWAL_AGE_MS && heldUntilMs > Math.max(nowMs, issuedMs + LONGEST_LIFE_MS)

/** What to send so that the device has `desired`; null = it has it. */
export function differenceOf(desired: readonly LedgerSegment[], ledger: LedgerState, nowMs: number): Difference | null {
  if (sameEffect(desired, ledger.segments, nowMs) && !needsRenewal(ledger, nowMs)) return null
  const endMs = desired.at(-1)?.endMs ?? 0
  const expiresMs = desired.length === 0 ? null : Math.min(endMs, nowMs + LONGEST_LIFE_MS)
  return { segments: desired, expiresMs, heldUntilMs: Math.max(ledger.heldUntilMs, endMs) }
}
