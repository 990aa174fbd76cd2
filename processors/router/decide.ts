/** Says to which units the intervals of a device count. */
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { Program } from '../../schemas/programs.ts'
import type { UnitIntervalBlock } from '../../schemas/settlement.ts'
import type { IntervalBlock } from '../../schemas/telemetry.ts'
import { termsAt } from '../terms/terms-at.ts'

/** What the decision rests on besides the block. */
export interface RoutingFacts {
  readonly device: DeviceState
  readonly programOf: (programId: string) => Program | undefined
  /** Events of the program that called the device and overlap the span. */
  readonly calledIn: (programId: string, fromMs: number, untilMs: number) => readonly string[]
}

interface Stretch {
  readonly from: number
  readonly until: number
}

/**
 * - Every device and meter counts to itself, whatever its programs: they settle it by its own id, and history from before an enrollment
 *   is part of its baseline.
 * - A device enrolled under a resource in a program that settles resources counts to the resource while it is enrolled, once per program.
 * - A device behind a meter in a program that settles meters adds no energy, since the meter does; with coverage 0 it tells the meter's
 *   partition that the meter is settled there, and for which events.
 */
export function routeIntervals(block: IntervalBlock, facts: RoutingFacts): readonly UnitIntervalBlock[] {
  const signed = signedBlock(block)
  if (!signed) return []
  const { device } = facts
  const isMeter = device.attributes.protocol === 'none'
  const own: UnitIntervalBlock = { ...signed, unitId: device.deviceId, unitKind: isMeter ? 'meter' : 'device' }
  return [own, ...routeToOthers(signed, block, facts)]
}

type Signed = Omit<UnitIntervalBlock, 'unitId' | 'unitKind'>

/** Net energies, + = import; null where the channel is no exchange with the grid. */
function signedBlock(block: IntervalBlock): Signed | null {
  const { deviceId, channel, source, startMs, stepS, revision, qualities, coveragePermille, reason } = block
  if (channel === 'generation' || channel === 'stateOfCharge') return null
  const values = channel === 'export' ? block.values.map((wh) => 0 - wh) : block.values
  return { programId: '', deviceId, channel, source, eventIds: [], startMs, stepS, revision, values, qualities, coveragePermille, reason }
}

function routeToOthers(signed: Signed, block: IntervalBlock, facts: RoutingFacts): UnitIntervalBlock[] {
  const routed: UnitIntervalBlock[] = []
  const taken = new Set<string>()
  for (const { programId, resourceId, fromMs, untilMs } of facts.device.enrollments) {
    const program = facts.programOf(programId)
    const kind = program && termsAt(program, block.startMs)?.settledUnit
    if (kind !== 'resource' && kind !== 'meter') continue
    const stretch = stretchWithin(block, fromMs, untilMs)
    const unitId = kind === 'resource' ? resourceId : meterAt(facts.device, block.startMs)
    const key = `${programId}\u0000${stretch?.from}`
    if (!stretch || !unitId || taken.has(key)) continue
    taken.add(key)
    const part = slice(signed, stretch)
    const eventIds = facts.calledIn(programId, part.startMs, part.startMs + part.values.length * part.stepS * 1000)
    routed.push({ ...(kind === 'meter' ? withoutEnergy(part) : part), unitId, unitKind: kind, programId, eventIds })
  }
  return routed
}

/** The intervals that start within the period; null = none. */
function stretchWithin({ startMs, stepS, values }: IntervalBlock, fromMs: number, untilMs: number | null): Stretch | null {
  const stepMs = stepS * 1000
  const from = Math.max(0, Math.ceil((fromMs - startMs) / stepMs))
  const until = untilMs === null ? values.length : Math.min(values.length, Math.ceil((untilMs - startMs) / stepMs))
  return from < until ? { from, until } : null
}

function slice(block: Signed, { from, until }: Stretch): Signed {
  if (from === 0 && until === block.values.length) return block
  return {
    ...block,
    startMs: block.startMs + from * block.stepS * 1000,
    values: block.values.slice(from, until),
    qualities: block.qualities.slice(from, until),
    coveragePermille: block.coveragePermille.slice(from, until),
  }
}

function withoutEnergy(block: Signed): Signed {
  return {
    ...block,
    values: block.values.map(() => 0),
    qualities: block.qualities.map(() => 'missing' as const),
    coveragePermille: block.coveragePermille.map(() => 0),
  }
}

function meterAt(device: DeviceState, atMs: number): string | null {
  const membership = device.memberships.findLast(({ fromMs, untilMs }) => fromMs <= atMs && (untilMs === null || untilMs > atMs))
  return membership?.meterId ?? null
}
