/** Converts a power limit in watts into the number a station understands, never a watt above what was meant. */
import type { Traits } from './traits.ts'

/** The part of a station's traits that a limit depends on. */
type LimitTraits = Pick<Traits, 'unit' | 'phases' | 'voltageV' | 'ratedW' | 'standingLimitW' | 'minChargingA'>

/** Three is what a station assumes where a period names no phases (OCPP 1.6 §7.13). */
const ASSUMED_PHASES = 3

export type RenderedLimit = { limit: number; numberPhases?: number }

/** Watts behind one unit of limit: W is the total of all phases, A is per phase. */
export function wattsPerUnit({ unit, phases, voltageV }: LimitTraits): number {
  return unit === 'W' ? 1 : phases * voltageV
}

/** The most the station may draw when no event limits it. */
export function ceilingW({ standingLimitW, ratedW }: LimitTraits): number {
  return standingLimitW ?? ratedW
}

/**
 * The limit of one period: at least the station's smallest charging current where it has one (it would not wake from 0 A),
 * at most the standing limit, rounded down to one decimal.
 */
export function renderLimit(limitW: number, traits: LimitTraits): RenderedLimit {
  if (!Number.isFinite(limitW)) throw new RangeError(`limitW must be a finite number of watts, not ${limitW}`)
  const { phases, voltageV, minChargingA = 0 } = traits
  const floored = Math.max(limitW, minChargingA * phases * voltageV, 0)
  // Multiplied first: exact for whole watts, where 16.1 A of three times 230 V is 11109 W and not a hair more.
  const limit = Math.floor((Math.min(floored, ceilingW(traits)) * 10) / wattsPerUnit(traits)) / 10
  return phases === ASSUMED_PHASES ? { limit } : { limit, numberPhases: phases }
}
