/** Reads one sampledValue (OCPP 1.6 §7.43; 2.0.1 SampledValueType): its quantity in base units, or the name of what is wrong with it. */

import { type Billionths, parseDecimal } from '../wire/decimal.ts'
import { DEFAULT_MEASURAND, MEASURANDS, type Measurand, UNUSED_MEASURANDS, unitOf } from './measurands.ts'

export type RefusalReason =
  | 'timestamp-unreadable'
  | 'measurand-unknown'
  | 'unit-not-of-measurand'
  | 'format-signed'
  | 'value-not-a-number'
  | 'value-negative'
  | 'value-out-of-range'
  | 'phase-not-summable'
  | 'phase-duplicate'
  | 'phase-incomplete'

/** A sampledValue as stated, whatever the version; the value is times ten to the power of `multiplier`. */
export type StatedValue = {
  value: string | number
  multiplier?: number | undefined
  unit?: string | undefined
  measurand?: string | undefined
  context?: string | undefined
  location?: string | undefined
  phase?: string | undefined
  /** 1.6 only. */
  format?: string | undefined
}

/** `phase` is undefined for a total, else L1, L2 or L3 (L1-N counts as L1). */
export type Sample = Measurand & {
  measurand: string
  amount: Billionths
  unit: string
  context: string
  location: string
  phase: string | undefined
}

export type Sampled =
  | { kind: 'sample'; sample: Sample }
  | { kind: 'unused'; measurand: string }
  | { kind: 'refused'; reason: RefusalReason }

/** No meter counts in more, and the numbers stay bounded. */
const MOST_POWER = 18

const PHASES: Readonly<Record<string, string>> = { L1: 'L1', L2: 'L2', L3: 'L3', 'L1-N': 'L1', 'L2-N': 'L2', 'L3-N': 'L3' }

export function readSampledValue(value: StatedValue): Sampled {
  const name = value.measurand ?? DEFAULT_MEASURAND
  if (UNUSED_MEASURANDS.has(name)) return { kind: 'unused', measurand: name }
  const measurand = Object.hasOwn(MEASURANDS, name) ? MEASURANDS[name] : undefined
  if (measurand === undefined) return refused('measurand-unknown')
  if (value.format === 'SignedData') return refused('format-signed')
  const unit = unitOf(measurand.quantity, value.unit)
  if (unit === undefined) return refused('unit-not-of-measurand')
  const decimal = parseDecimal(String(value.value))
  if (decimal === undefined) return refused('value-not-a-number')
  if (decimal < 0n) return refused('value-negative')
  const phase = value.phase === undefined ? undefined : PHASES[value.phase]
  if (value.phase !== undefined && phase === undefined) return refused('phase-not-summable')
  const { context = 'Sample.Periodic', location = 'Outlet' } = value
  const amount = value.multiplier ? shift(decimal * unit.factor, value.multiplier) : decimal * unit.factor
  if (amount === undefined) return refused('value-out-of-range')
  return {
    kind: 'sample',
    sample: {
      channel: measurand.channel,
      quantity: measurand.quantity,
      measurand: name,
      amount,
      unit: unit.unit,
      context,
      location,
      phase,
    },
  }
}

/** Times ten to the power; digits beyond the ninth decimal are cut off. */
function shift(amount: Billionths, power: number): Billionths | undefined {
  if (Math.abs(power) > MOST_POWER) return undefined
  return power >= 0 ? amount * 10n ** BigInt(power) : amount / 10n ** BigInt(-power)
}

function refused(reason: RefusalReason): Sampled {
  return { kind: 'refused', reason }
}
