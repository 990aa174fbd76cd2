/** Says a limit in W as the control of a DER that means it: percent of its rating, or W by the extension of CSIP-AUS. */
import { z } from 'zod'

/** What a level template holds: which control, and of which rating. */
export const limitTemplate = z.strictObject({
  control: z.enum(['opModFixedW', 'opModMaxLimW', 'csipaus:opModLoadLimW', 'csipaus:opModImpLimW', 'csipaus:opModGenLimW']),
  /** A shed battery gives what is left of its limit; one that takes charges up to it. */
  direction: z.enum(['shed', 'take']),
  ratedW: z.int().positive(),
  /** The rating, or the standing limit where that is lower, W. */
  mostW: z.int().nonnegative(),
})
export type LimitTemplate = z.infer<typeof limitTemplate>

/** A field of DERControlBase: hundredths of a percent, or ActivePower = value × 10^multiplier W. */
export const control = z.union([
  z.strictObject({ control: z.enum(['opModFixedW', 'opModMaxLimW']), hundredths: z.int().min(-10_000).max(10_000) }),
  z.strictObject({
    control: z.enum(['csipaus:opModLoadLimW', 'csipaus:opModImpLimW', 'csipaus:opModGenLimW']),
    multiplier: z.int().min(0).max(9),
    value: z.int().min(0).max(32_767),
  }),
])
export type Control = z.infer<typeof control>

const WHOLE = 10_000
const INT16_MOST = 32_767

/**
 * What a limit means to a battery is symmetrical: at no discharge it may draw `mostW`; each watt less is a watt that it gives.
 *
 *   limitW      mostW ─────────── 0          shed: + = discharge, percent of setMaxW / setMaxDischargeRateW
 *   opModFixedW     0 ─────────── + mostW
 *   limitW          0 ─────────── mostW      take: − = charge, percent of setMaxChargeRateW
 *   opModFixedW     0 ─────────── − mostW
 *
 * Rounded so that no limit is above what was asked.
 */
export function controlOf({ control: name, direction, ratedW, mostW }: LimitTemplate, limitW: number): Control {
  const withinW = Math.max(0, Math.min(limitW, mostW))
  if (name === 'opModMaxLimW') return { control: name, hundredths: percent(withinW, ratedW) }
  if (name !== 'opModFixedW') return { control: name, ...activePower(withinW) }
  if (direction === 'take') return { control: name, hundredths: 0 - percent(withinW, ratedW) }
  return { control: name, hundredths: Math.min(WHOLE, Math.ceil(((mostW - withinW) * WHOLE) / ratedW)) }
}

const percent = (watts: number, ratedW: number): number => Math.min(WHOLE, Math.floor((watts * WHOLE) / ratedW))

/** The least multiplier whose value fits an Int16; what does not fit is cut off, never added. */
function activePower(watts: number): { multiplier: number; value: number } {
  let multiplier = 0
  while (Math.floor(watts / 10 ** multiplier) > INT16_MOST) multiplier += 1
  return { multiplier, value: Math.floor(watts / 10 ** multiplier) }
}
