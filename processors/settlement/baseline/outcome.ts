/** Answers what an evaluation can end in: a baseline with its whole derivation, or none with the reason. */
import type { Rational } from '../exact/rational.ts'

/** Why a day of the look-back was not used. Closed; the position is hashed, so new ones go to the end. */
export const LEFT_OUT_REASONS = [
  'other-day-kind',
  'event-day',
  'day-before-event',
  'outage-day',
  'no-temperature',
  'missing-event-interval',
  'missing-adjustment-interval',
  'missing-match-interval',
  'quality-not-accepted',
  'low-use',
  'not-chosen',
] as const
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number]

/** Why there is no baseline. Closed. */
export const NO_BASELINE_REASONS = [
  'day-kind-not-covered',
  'too-few-days',
  'no-samples-for-interval',
  'adjustment-unavailable',
  'event-day-incomplete',
  'no-event-day-temperature',
  'no-reference-level',
  'too-few-control-units',
  'grid-mismatch',
  'member-without-baseline',
] as const
export type NoBaselineReason = (typeof NO_BASELINE_REASONS)[number]

/** What became of the adjustment. Closed. */
export const ADJUSTMENT_NOTES = [
  'none',
  'applied',
  'capped',
  'not-upward',
  'window-cut-away',
  'window-incomplete',
  'basis-not-positive',
  'per-member',
] as const
export type AdjustmentNote = (typeof ADJUSTMENT_NOTES)[number]

export type LeftOutDay = {
  readonly day: string
  readonly reason: LeftOutReason
}

/** Both hashes are SHA-256 in hex. */
export type Derivation = {
  /** Days averaged, the most recent first. */
  readonly daysUsed: readonly string[]
  /** Days passed over until the pool was full, the most recent first. */
  readonly daysLeftOut: readonly LeftOutDay[]
  /** Of the method's canonical JSON. */
  readonly methodHash: string
  /** Of everything that was looked at to reach this outcome. */
  readonly inputHash: string
}

export type Baseline = Derivation & {
  readonly kind: 'baseline'
  /** Starts of the event's intervals on the program's grid; the arrays below run along it. */
  readonly intervalStartMs: readonly number[]
  /** Exact Wh per interval before adjustment. */
  readonly unadjusted: readonly Rational[]
  /** Integer Wh per interval, rounded once, half to even. */
  readonly baselineWh: readonly number[]
  /** Factor, or Wh per interval when additive, before cap and up-only; null where none could be had. */
  readonly adjustmentRaw: Rational | null
  /** Factor (1 = none) or Wh per interval (0 = none) that was used; 1 where each member of a resource has its own. */
  readonly adjustmentApplied: Rational
  readonly capped: boolean
  readonly adjustmentNote: AdjustmentNote
}

export type NoBaseline = Derivation & {
  readonly kind: 'no-baseline'
  readonly reason: NoBaselineReason
  /** The figures behind the reason, for people. */
  readonly detail: string
}

export type BaselineOutcome = Baseline | NoBaseline
