/** Answers which parameters a program may set for its baseline: the vocabulary of the evaluator. */
import type { DayKind } from '../../calendar/day-kind.ts'

/** An exact number as text, '1.2' or '5/7', so that terms hash and compare without floating point. */
export type ExactText = string

/** How an interval's energy became known; anything else counts as missing. */
export type Quality = 'measured' | 'estimated' | 'modelled' | 'edited'

/** How far another event reached a unit: participated implies dispatched implies called. */
export type EventReach = 'called' | 'dispatched' | 'participated'

/** Days treated alike, with their own numbers: "weekdays 10 of 10, at least 5; other days 4 of 4". */
export type DayGroup = {
  readonly dayKinds: readonly DayKind[]
  /** Calendar days before the event day that are looked through. */
  readonly lookbackDays: number
  /** Y: the eligible days taken into the pool, the most recent first. */
  readonly poolDays: number
  /** X: the days chosen from the pool; `poolDays` or more chooses all. */
  readonly chosenDays: number
  /** Fewer days than this in the pool mean no baseline. */
  readonly minDays: number
}

/**
 * By which the X days are chosen from the pool; on a tie the more recent day wins.
 * `highest`, `lowest`, `middle`: by mean energy in the event window; middle sets aside half of the surplus
 * (rounded down) above and the rest below. `temperature`: nearest to the event day's. `match`: least sum of
 * absolute differences to the event day outside the event and `matchBufferMinutes` around it.
 */
export type DayChoice = 'all' | 'highest' | 'lowest' | 'middle' | 'temperature' | 'match'

/**
 * Drops days of hardly any use from the pool.
 * `pool-mean`: below the fraction of the full pool's mean; the pool is refilled and tested again (PJM style).
 * `peak-interval`: below the fraction of the highest single event-window interval in the look-back (NYISO style).
 * A reference of zero or less (net export) drops nothing.
 */
export type LowUseRule = {
  readonly reference: 'pool-mean' | 'peak-interval'
  readonly fraction: ExactText
}

export type Exclusions = {
  /** Leaves out days on which an event reached the unit this far or further. */
  readonly eventDays: 'none' | EventReach
  readonly programs: 'own' | 'all'
  readonly dayBeforeEvent: boolean
  readonly outageDays: boolean
}

/**
 * Weights of the chosen days, by recency (most recent first) or by rank of the choice (best first).
 * `decay` keeps `keep` of the older value at each day: 9/10 is the 90/10 recursion seeded with the oldest day.
 */
export type DayWeights =
  | { readonly by: 'recency' | 'rank'; readonly values: readonly number[] }
  | { readonly by: 'decay'; readonly keep: ExactText }

/** `before` ends `bufferMinutes` before the event; `after` begins `bufferMinutes` after it. */
export type AdjustmentWindow = {
  readonly side: 'before' | 'after'
  readonly durationMinutes: number
  readonly bufferMinutes: number
}

type AdjustmentTerms = {
  readonly windows: readonly AdjustmentWindow[]
  /** Days whose mean the event day is held against: the X chosen ones or the Y of the pool. */
  readonly basis: 'chosen' | 'pool'
  readonly upOnly: boolean
  /** When the event day's window is incomplete or cut away, or the ratio has no basis above zero. */
  readonly otherwise: 'unadjusted' | 'no-baseline'
}

/** Multiplicative caps are factors; additive caps are watts, scaled to the step. */
export type Adjustment =
  | { readonly kind: 'none' }
  | (AdjustmentTerms & {
      readonly kind: 'multiplicative' | 'additive'
      readonly cap: { readonly min: ExactText; readonly max: ExactText } | null
    })

type CommonTerms = {
  readonly acceptQuality: readonly Quality[]
  /** The least baseline per interval, e.g. 0; null lets net export stand. */
  readonly floorWh: number | null
  /** For resources: sum the members' load before, or their baselines after. */
  readonly aggregate: 'before' | 'after'
}

export type XOfYMethod = CommonTerms & {
  readonly kind: 'x-of-y'
  readonly groups: readonly DayGroup[]
  readonly choose: DayChoice
  readonly matchBufferMinutes: number
  readonly lowUse: LowUseRule | null
  readonly exclude: Exclusions
  readonly weights: DayWeights | null
  readonly adjustment: Adjustment
}

/** The event day's own mean over windows around the event: same-day 3+2, hour before. */
export type SameDayMethod = CommonTerms & {
  readonly kind: 'same-day'
  readonly windows: readonly AdjustmentWindow[]
}

/** The mean of units that were not dispatched, interval by interval. */
export type ControlGroupMethod = CommonTerms & {
  readonly kind: 'control-group'
  readonly minUnits: number
}

/** A level fixed beforehand: peak load contribution for firm service level, 0 for metered output. */
export type ReferenceLevelMethod = CommonTerms & {
  readonly kind: 'reference-level'
  /** Watts for every unit, or null to take each unit's own registered level. */
  readonly levelW: number | null
}

export type BaselineMethod = XOfYMethod | SameDayMethod | ControlGroupMethod | ReferenceLevelMethod
