/** Turns meter values into readings: one unit, one clock, phases summed, nonsense refused by name. */
import { roundToInteger } from '../wire/decimal.ts'
import { parseTimestamp } from '../wire/timestamp.ts'
import { type Channel, DEFAULT_MEASURAND, type Quantity } from './measurands.ts'
import { type RefusalReason, readSampledValue, type Sample, type StatedValue } from './sampled-value.ts'

/** Exactly one of the four quantities, in whole units; `unit` and `context` are the station's own words. */
export type Reading = { [Q in Quantity]?: number } & {
  channel: Channel
  timestampMs: number
  context: string
  location: string
  measurand: string
  unit: string
  /** The connector (1.6) or the EVSE (2.0.1), 0 = the whole station; absent where a message names only the transaction. */
  connectorId?: number
  transactionId?: number | string
}

/** `path` is where the refused value stands in the payload: `meterValue.0.sampledValue.2`. */
export type Refusal = { path: string; reason: RefusalReason; value: unknown }
export type Decoded = { readings: Reading[]; refused: Refusal[]; unused: string[] }

export type Origin = Pick<Reading, 'connectorId' | 'transactionId'>
type StatedValues = { timestamp: string; sampledValue: readonly StatedValue[] }
type Group = { samples: Sample[]; refusedPhase: boolean; path: string }

export function decodeMeterValues(meterValues: readonly StatedValues[], origin: Origin, root = 'meterValue'): Decoded {
  const decoded: Decoded = { readings: [], refused: [], unused: [] }
  for (const [index, meterValue] of meterValues.entries()) decodeMeterValue(meterValue, origin, `${root}.${index}`, decoded)
  return decoded
}

function decodeMeterValue(meterValue: StatedValues, origin: Origin, path: string, decoded: Decoded): void {
  const timestampMs = parseTimestamp(meterValue.timestamp)
  if (timestampMs === undefined) {
    decoded.refused.push({ path: `${path}.timestamp`, reason: 'timestamp-unreadable', value: meterValue.timestamp })
    return
  }
  for (const group of groupSamples(meterValue, path, decoded)) {
    if (group.samples.length === 0) continue
    const total = totalOf(group, timestampMs, origin)
    if (typeof total === 'string') decoded.refused.push({ path: group.path, reason: total, value: meterValue.sampledValue })
    else decoded.readings.push(total)
  }
}

/** Values of one measurand, context and place belong together: a total, or its phases. */
function groupSamples(meterValue: StatedValues, path: string, decoded: Decoded): Iterable<Group> {
  const groups = new Map<string, Group>()
  for (const [index, value] of meterValue.sampledValue.entries()) {
    const place = `${path}.sampledValue.${index}`
    const key = [value.measurand ?? DEFAULT_MEASURAND, value.context ?? '', value.location ?? ''].join('|')
    const group = groups.get(key) ?? { samples: [], refusedPhase: false, path: place }
    const sampled = readSampledValue(value)
    if (sampled.kind === 'sample') group.samples.push(sampled.sample)
    if (sampled.kind === 'unused') decoded.unused.push(sampled.measurand)
    if (sampled.kind === 'refused') {
      decoded.refused.push({ path: place, reason: sampled.reason, value })
      if (value.phase !== undefined && sampled.reason !== 'phase-not-summable') group.refusedPhase = true
    }
    groups.set(key, group)
  }
  return groups.values()
}

/** The stated total where there is one, else the sum of phases, rounded once; a phase short, nothing. */
function totalOf(group: Group, timestampMs: number, origin: Origin): Reading | RefusalReason {
  const totals = group.samples.filter((sample) => sample.phase === undefined)
  const parts = totals.length > 0 ? totals : group.samples
  const [first] = parts
  if (first === undefined || (totals.length === 0 && group.refusedPhase)) return 'phase-incomplete'
  if (new Set(parts.map((sample) => sample.phase)).size < parts.length) return 'phase-duplicate'
  const amount = parts.reduce((sum, sample) => sum + sample.amount, 0n)
  const value = roundToInteger(amount)
  if (value === undefined || (first.quantity === 'socPercent' && value > 100)) return 'value-out-of-range'
  const { channel, quantity, context, location, measurand, unit } = first
  const total: Reading = { channel, context, location, measurand, unit, timestampMs, ...origin }
  total[quantity] = value
  return total
}
