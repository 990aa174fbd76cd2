/** How far a thermostat gives way at a level: a share of what its owner allows, by the share of its rated power that is to be shed. Pure. */
import type { DeviceAttributes } from '../../schemas/enrollment.ts'

/** Modes of a thermostat, as all vendors are brought to. */
export const MODES = ['heat', 'cool', 'auto', 'off'] as const
export type Mode = (typeof MODES)[number]

/** Half of the rated power is shed by 2 °C, all of it by 4 °C, where the owner allows no other. */
const DEFAULT_MOST_C = 4

export interface SetbackTraits {
  readonly ratedW: number
  /** Offset at which all of the rated power counts as shed, °C. */
  readonly mostC: number
}

/** `extra.maxOffsetC`, from 0.5 to 8 °C. */
export function setbackTraits({ ratedW, extra }: DeviceAttributes): SetbackTraits | { readonly fault: string } {
  const mostC = extra.maxOffsetC === undefined ? DEFAULT_MOST_C : Number(extra.maxOffsetC)
  if (!(mostC >= 0.5 && mostC <= 8)) return { fault: `attributes.extra.maxOffsetC: must be 0.5 to 8, not "${extra.maxOffsetC}"` }
  return { ratedW, mostC }
}

/** Share of the rated power that may still be drawn, 0 to 1. */
export const shareOf = ({ ratedW }: Pick<SetbackTraits, 'ratedW'>, limitW: number): number => Math.max(0, Math.min(1, limitW / ratedW))

/** Offset in tenths of a degree Celsius, whole. */
export const offsetTenthsC = (traits: SetbackTraits, limitW: number): number =>
  Math.round((1 - shareOf(traits, limitW)) * traits.mostC * 10)
