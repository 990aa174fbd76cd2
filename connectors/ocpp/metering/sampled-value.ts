/** Reads one sampledValue of OCPP 1.6 (§7.43): its quantity in base units, or the name of what is wrong with it. */

import type { SampledValue } from '../v16/station-messages.ts'
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

const PHASES: Readonly<Record<string, string>> = { L1: 'L1', L2: 'L2', L3: 'L3', 'L1-N': 'L1', 'L2-N': 'L2', 'L3-N': 'L3' }

export function readSampledValue(value: SampledValue): Sampled {
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
  const amount = decimal * unit.factor
  return {
    kind: 'sample',
    sample: {
      ...measurand,
      measurand: name,
      amount,
      unit: unit.unit,
      context,
      location,
      phase,
    },
  }
}

function refused(reason: RefusalReason): Sampled {
  return { kind: 'refused', reason }
}
