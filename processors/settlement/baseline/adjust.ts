/** Answers by how much a baseline is moved to meet the event day, and applies it. */
import { clamp, compare, divide, ONE, parseRational, type Rational, rational, subtract, ZERO } from '../exact/rational.ts'
import type { AdjustmentNote } from './outcome.ts'
import type { Adjustment } from './terms.ts'

/** `raw` null: none could be had, for the reason in `note`. */
export type AdjustmentDecision = {
  readonly raw: Rational | null
  readonly applied: Rational
  readonly capped: boolean
  readonly note: AdjustmentNote
}

/** The adjustment windows of one unit, in Wh: the event day's load and the baseline days' mean over the same slots. */
export type WindowLoads = {
  readonly actualWh: Rational
  readonly basisWh: Rational
  readonly slots: number
}

type ActiveAdjustment = Exclude<Adjustment, { kind: 'none' }>

/**
 * Multiplicative: actual / basis; additive: (actual − basis) per interval. Then the cap, then up-only.
 * A ratio exists only for a basis above zero and an actual of zero or more: net export has none.
 */
export function decideAdjustment(terms: ActiveAdjustment, loads: WindowLoads, stepMs: number): AdjustmentDecision {
  const multiplicative = terms.kind === 'multiplicative'
  if (multiplicative && (loads.basisWh.num <= 0n || loads.actualWh.num < 0n)) {
    return withoutAdjustment(terms, 'basis-not-positive')
  }
  const raw = multiplicative ? divide(loads.actualWh, loads.basisWh) : perSlot(loads)
  const held = terms.cap === null ? raw : clamp(raw, capOf(terms, 'min', stepMs), capOf(terms, 'max', stepMs))
  const capped = compare(held, raw) !== 0
  const neutral = neutralOf(terms)
  if (terms.upOnly && compare(held, neutral) < 0) return { raw, applied: neutral, capped, note: 'not-upward' }
  return { raw, applied: held, capped, note: capped ? 'capped' : 'applied' }
}

export function withoutAdjustment(terms: Adjustment, note: AdjustmentNote): AdjustmentDecision {
  return { raw: null, applied: neutralOf(terms), capped: false, note }
}

/** The adjusted energy as a quotient, not in lowest terms: it is rounded next, and only once. */
export function applyAdjustment(
  terms: Adjustment,
  applied: Rational,
  num: bigint,
  den: bigint,
): { readonly num: bigint; readonly den: bigint } {
  switch (terms.kind) {
    case 'none':
      return { num, den }
    case 'multiplicative':
      return { num: num * applied.num, den: den * applied.den }
    case 'additive':
      return {
        num: num * applied.den + applied.num * den,
        den: den * applied.den,
      }
  }
}

function neutralOf(terms: Adjustment): Rational {
  return terms.kind === 'additive' ? ZERO : ONE
}

function perSlot(loads: WindowLoads): Rational {
  return divide(subtract(loads.actualWh, loads.basisWh), rational(BigInt(loads.slots)))
}

/** Additive caps are watts: over one step they are W × step / 1 h. */
function capOf(terms: ActiveAdjustment, side: 'min' | 'max', stepMs: number): Rational {
  const cap = parseRational(terms.cap?.[side] ?? '1')
  return terms.kind === 'multiplicative' ? cap : rational(cap.num * BigInt(stepMs), cap.den * 3_600_000n)
}
