/** Plans one device the way the dispatcher does, with the world spelt out by the test. */
import { type Decision, decide } from '../../../processors/dispatch/decide.ts'
import { eventsInForce, type World } from '../../../processors/dispatch/events-in-force.ts'
import { takeRevision } from '../../../processors/dispatch/known-events.ts'
import { type LedgerState, UNTOLD } from '../../../processors/dispatch/ledger.ts'
import type { Allocation } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { OperatorHold, UtilityEvent } from '../../../schemas/utility.ts'
import { NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram } from '../../build/terms.ts'

export interface Scene {
  /** Revisions in the order they came; the newest of each event is in force. */
  readonly events: readonly UtilityEvent[]
  readonly programs?: readonly Program[]
  readonly allocations?: readonly Allocation[]
  readonly holds?: readonly OperatorHold[]
  readonly nowMs?: number
  readonly reactionTimeS?: number
}

export function worldOf({ events, programs = [aProgram()], allocations = [], holds = [] }: Scene): World {
  const known = new Map<string, NonNullable<ReturnType<typeof takeRevision>>>()
  for (const event of events) {
    const program = programs.find(({ programId }) => programId === event.programId)
    const releaseStaggerS = program?.versions[0]?.terms.releaseStaggerS ?? 0
    const order = { orderSeq: 1, causation: '', nowMs: event.receivedMs, releaseStaggerS }
    const taken = takeRevision(known.get(event.eventId), event, order)
    if (taken) known.set(event.eventId, taken)
  }
  return {
    known: [...known.values()],
    programs: new Map(programs.map((program) => [program.programId, program])),
    allocations: new Map(allocations.map((allocation) => [allocation.eventId, allocation])),
    holds,
  }
}

/** The decision about a device that has `ledger`. */
export function decideOn(device: DeviceState, scene: Scene, ledger: LedgerState = UNTOLD): Decision {
  const nowMs = scene.nowMs ?? NOON_MS
  const renderer = readableRenderer('loopback', scene.reactionTimeS ?? 0)
  return decide(device, ledger, eventsInForce(worldOf(scene), nowMs), renderer, nowMs)
}

/** The ledger after the decision was carried out. */
export const ledgerAfter = (decision: Decision, before: LedgerState = UNTOLD): LedgerState => decision.ledger ?? before

/** Outcomes by event. */
export const outcomesOf = (decision: Decision): Record<string, string> =>
  Object.fromEntries(decision.verdicts.map(({ event, outcome }) => [event.event.eventId, outcome]))

/** Segments as [event, minutes after noon from, to, limit in W]; null = no command. */
export const timelineOf = ({ command }: Decision): readonly (readonly [string, number, number, number])[] | null =>
  command?.segments.map(({ eventId, startMs, endMs, limitW }) => [
    eventId,
    (startMs - NOON_MS) / 60_000,
    (endMs - NOON_MS) / 60_000,
    limitW,
  ]) ?? null
