/** Learns which units an event has: from decisions and outcomes about devices, and from contributions to meters and resources. */
import type { CommandOutcome, DecisionBlock } from '../../schemas/dispatch.ts'
import type { UnitIntervalBlock } from '../../schemas/settlement.ts'
import { termsAt } from '../terms/terms-at.ts'
import type { SettlementContext } from './define.ts'
import { markDirty } from './dirty.ts'
import { unitKey } from './keys.ts'
import { furthest, reachOfDecision } from './population.ts'
import type { SettledEvent, UnitInEvent } from './state.ts'

/** Decisions name devices; they are the units of programs that settle devices. */
export function keepDecisions(context: SettlementContext, block: DecisionBlock): void {
  const { eventId, programId, decidedMs } = block
  const event = context.stores.events.get(eventId)
  const program = context.stores.programs.get(programId)?.program
  const settledUnit = program && termsAt(program, event?.startMs ?? decidedMs)?.settledUnit
  if (settledUnit !== undefined && settledUnit !== 'device') return
  block.deviceIds.forEach((deviceId, index) => {
    const outcome = block.outcomes[index]
    if (outcome) keepDecision(context, { eventId, unitId: deviceId }, outcome, event !== undefined && decidedMs < event.startMs)
  })
}

type UnitId = Pick<UnitInEvent, 'eventId' | 'unitId'>

/** Until the start the last decision counts; a device that was steered in the event stays dispatched whatever comes after. */
function keepDecision(context: SettlementContext, id: UnitId, outcome: DecisionBlock['outcomes'][number], beforeStart: boolean): void {
  const { units } = context.stores
  const key = unitKey(id.eventId, id.unitId)
  const known = units.get(key)
  const isSent = outcome === 'sent' || outcome === 'sentAtRisk'
  const decided = beforeStart && outcome === 'released' ? 'called' : reachOfDecision(outcome)
  if (decided === null) {
    if (known && beforeStart) units.delete(key)
    return
  }
  const reach = known && !(beforeStart && !isSent) ? furthest(known.reach, decided) : decided
  reachUnit(context, id, 'device', reach)
}

/** An outcome tells that a device took part, or overrode its command. */
export function keepOutcome(context: SettlementContext, outcome: CommandOutcome): void {
  for (const eventId of outcome.eventIds) {
    const known = context.stores.units.get(unitKey(eventId, outcome.deviceId))
    if (known?.unitKind !== 'device') continue
    if (outcome.outcome === 'applied' || outcome.outcome === 'acceptedUnverified') reachUnit(context, known, 'device', 'participated')
    if (outcome.outcome === 'overridden' && known.reach === 'participated') reachUnit(context, known, 'device', 'dispatched')
  }
}

/** A contribution to a meter or resource within an event makes it a unit of the event; the events it names had dispatched a device of it. */
export function keepContributor(context: SettlementContext, event: SettledEvent, block: UnitIntervalBlock): void {
  const endMs = block.startMs + block.values.length * block.stepS * 1000
  if (block.programId !== event.programId || block.startMs >= event.endMs || endMs <= event.startMs) return
  const known = context.stores.units.get(unitKey(event.eventId, block.unitId))
  const reach = block.eventIds.includes(event.eventId) ? 'dispatched' : 'called'
  reachUnit(context, { eventId: event.eventId, unitId: block.unitId }, block.unitKind, known ? furthest(known.reach, reach) : reach)
}

function reachUnit(
  context: SettlementContext,
  { eventId, unitId }: UnitId,
  unitKind: UnitInEvent['unitKind'],
  reach: UnitInEvent['reach'],
): void {
  const { units, events } = context.stores
  const key = unitKey(eventId, unitId)
  const known = units.get(key)
  if (known?.reach === reach) return
  const isOver = events.get(eventId)?.phase !== 'waiting' && events.get(eventId) !== undefined
  units.put(key, known ? { ...known, reach } : newUnit({ eventId, unitId }, unitKind, reach))
  if (isOver) markDirty(context, eventId, unitId, { reason: 'registration', offset: -1, wide: false })
}

function newUnit({ eventId, unitId }: UnitId, unitKind: UnitInEvent['unitKind'], reach: UnitInEvent['reach']): UnitInEvent {
  return { eventId, unitId, unitKind, reach, baselineRevision: 0, inputHash: '', result: null, isComplete: false, statementRevision: 0 }
}
