/** Tells what an event would come to, by the plan that production runs, without a command: who, who not and why, and how much. */
import type { Allocation, DecisionOutcome } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { Program } from '../../schemas/programs.ts'
import type { OperatorHold, UtilityEvent } from '../../schemas/utility.ts'
import { allocate, levelShare, mergeBuckets } from '../broadcaster/allocate.ts'
import { divide } from '../broadcaster/divide.ts'
import { versionAt } from '../programs/fold.ts'
import { bucketOf, countedProgram } from './capacity.ts'
import { createDecider, type Renderers } from './decider.ts'
import { eventsInForce } from './events-in-force.ts'
import { type KnownEvent, takeRevision } from './known-events.ts'
import { type LedgerState, UNTOLD } from './ledger.ts'
import { addResources, resourceOf } from './resource-capacity.ts'
import { isDivided } from './share.ts'

export interface PreviewInput {
  /** The event to try; not on the log. */
  readonly event: UtilityEvent
  /** Events in force besides; newest revisions. */
  readonly others: readonly UtilityEvent[]
  readonly devices: readonly DeviceState[]
  readonly programs: readonly Program[]
  readonly holds: readonly OperatorHold[]
  readonly renderers: Renderers
  /** What a device was told and took before; undefined = nothing. */
  readonly ledgerOf: (deviceId: string) => LedgerState | undefined
  /** Whether a device can be reached; undefined = it needs no connection. */
  readonly isConnected: (deviceId: string) => boolean | undefined
  readonly nowMs: number
}

export interface PreviewRow {
  readonly deviceId: string
  readonly outcome: DecisionOutcome
  /** Event that takes the device instead; empty = none. */
  readonly outrankedBy: string
  /** Power that it would be called on for, W; 0 = it gets nothing. */
  readonly calledW: number
  /** Called, and perhaps not in time: the notice is short for its protocol, or it is not connected. */
  readonly atRisk: boolean
}

export interface Preview {
  /** One row for each device that the program knows, in the order given. */
  readonly rows: readonly PreviewRow[]
  readonly counts: Readonly<Partial<Record<DecisionOutcome, number>>>
  readonly deliverableW: number
  /** Part of deliverableW that is at risk. */
  readonly atRiskW: number
  /** Nomination of the program's terms, W; null = none. */
  readonly nominatedW: number | null
  /** With a kW target: whom it would call. With a limit for all devices together: who shares it. */
  readonly allocation: Allocation | null
}

const isSent = (outcome: DecisionOutcome): boolean => outcome === 'sent' || outcome === 'sentAtRisk'

function knownOf({ programs, nowMs }: PreviewInput, event: UtilityEvent): readonly KnownEvent[] {
  const program = programs.find(({ programId }) => programId === event.programId)
  const releaseStaggerS = (program && versionAt(program, event.startMs)?.terms.releaseStaggerS) ?? 0
  const known = takeRevision(undefined, event, { orderSeq: 0, causation: '', nowMs, releaseStaggerS })
  return known ? [known] : []
}

/** The allocation that the broadcaster would make of these devices. */
function allocationFor(input: PreviewInput): Allocation | null {
  const { event, devices, programs, ledgerOf, nowMs } = input
  const program = programs.find(({ programId }) => programId === event.programId)
  const terms = program && versionAt(program, event.startMs)?.terms
  if (!terms || (event.targetW === null && !isDivided(event, terms))) return null
  const counting = countedProgram(event.programId, terms, nowMs)
  const counted = devices.flatMap((device) => {
    const taken = ledgerOf(device.deviceId)?.taken ?? []
    return bucketOf(device, taken, counting, nowMs) ?? []
  })
  const { eventId, programId, targetW } = event
  if (targetW === null) {
    const resources = addResources(devices.flatMap((device) => resourceOf(device, { programId, terms }, nowMs, []) ?? []))
    return divide(event, [{ programId, partition: 0, asOfOffset: 0, buckets: counted, resources, tooManyResources: false }], 0)
  }
  const callW = Math.ceil((targetW * terms.overcallPermille) / 1000)
  return allocate(mergeBuckets([counted], levelShare(event, terms)), { eventId, round: 0, targetW, callW })
}

function rowsOf(input: PreviewInput, allocation: Allocation | null): readonly PreviewRow[] {
  const { event, others, devices, programs, holds, renderers, ledgerOf, isConnected, nowMs } = input
  const world = {
    known: [event, ...others].flatMap((one) => knownOf(input, one)),
    programs: new Map(programs.map((program) => [program.programId, program])),
    allocations: new Map(allocation ? [[event.eventId, allocation]] : []),
    holds,
  }
  const decide = createDecider(eventsInForce(world, nowMs), renderers, nowMs)
  return devices.flatMap((device): readonly PreviewRow[] => {
    const { deviceId } = device
    const { verdicts, command } = decide(device, ledgerOf(deviceId) ?? UNTOLD)
    const verdict = verdicts.find((one) => one.event.event.eventId === event.eventId)
    if (!verdict) return []
    const { outcome, outrankedBy } = verdict
    const calledW = isSent(outcome) ? (command?.calledW ?? 0) : 0
    const atRisk = isSent(outcome) && (outcome === 'sentAtRisk' || isConnected(deviceId) === false)
    return [{ deviceId, outcome, outrankedBy, calledW, atRisk }]
  })
}

const sumW = (rows: readonly PreviewRow[]): number => rows.reduce((sum, { calledW }) => sum + calledW, 0)

/** What the event would come to now. Throws when a payload cannot be filled, which in production is that device's `internalFault`. */
export function preview(input: PreviewInput): Preview {
  const allocation = allocationFor(input)
  const rows = rowsOf(input, allocation)
  const counts: Partial<Record<DecisionOutcome, number>> = {}
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1
  const program = input.programs.find(({ programId }) => programId === input.event.programId)
  const nominatedW = (program && versionAt(program, input.event.startMs)?.terms.nominatedW) ?? null
  return { rows, counts, deliverableW: sumW(rows), atRiskW: sumW(rows.filter(({ atRisk }) => atRisk)), nominatedW, allocation }
}
