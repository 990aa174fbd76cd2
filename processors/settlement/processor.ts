/** Settles events: baseline against actual per unit, by revision, and the payment lines that follow. */

import type { DispatchOrder } from '../../schemas/dispatch.ts'
import type { SettlementNomination, UnitIntervalBlock } from '../../schemas/settlement.ts'
import type { TelemetryGap } from '../../schemas/telemetry.ts'
import { defineProcessor } from '../runtime/define.ts'
import { keepPrograms } from '../terms/known-programs.ts'
import { inputs, outputs, POSITION, questions, type SettlementContext, stores } from './define.ts'
import { markContribution, markDirty } from './dirty.ts'
import { finishEvents } from './finish.ts'
import { foldEvent } from './keep-events.ts'
import { keepContributor, keepDecisions, keepOutcome } from './keep-units.ts'
import { unitKey } from './keys.ts'
import { findNominationFaults, keepNomination } from './nominations.ts'
import { takeAnswer } from './take-answer.ts'
import { beginPass, hashOfTerms, termsOf, tickEvents } from './tick.ts'

export interface SettlementDeps {
  /** A question without an answer is asked again after so long, ms of Drover's clock. */
  readonly askAgainMs?: number
}

const TEN_MINUTES_MS = 600_000
const KEPT_GAPS = 50

export function createSettlement({ askAgainMs = TEN_MINUTES_MS }: SettlementDeps = {}) {
  return defineProcessor({
    name: 'settlement',
    about: 'Computes baselines, results and payment lines per event and unit after the event, and again when data comes late.',
    inputs,
    outputs,
    stores,
    questions,
    // Facts about a device are taken for the unit of its id; other units are told of by contributions.
    keyedAlike: ['deviceId', 'unitId'],
    urgent: ['orders', 'decisions'],
    on: {
      orders: (context, { value }) => value && onOrder(context, value),
      decisions: (context, { value }) => value && keepDecisions(context, value),
      outcomes: (context, { value }) => value && keepOutcome(context, value),
      contributions(context, { value, offset }) {
        context.stores.position.put(POSITION, { offset })
        if (value) onContribution(context, value, offset)
      },
      gaps: (context, { value }) => value && onGap(context, value),
      nominations: (context, { value, offset, timestampMs }) => value && onNomination(context, value, { offset, timestampMs }),
    },
    onTick: (context) => tickEvents(context, askAgainMs),
    work: (context, budget) => finishEvents(context, budget),
    onAnswer: {
      history(context, question, answer) {
        const event = context.stores.events.get(question.eventId)
        const terms = event && termsOf(context, event)
        if (!terms) return
        const next = takeAnswer(context, event, terms, question, answer)
        if (next !== event) context.stores.events.put(event.eventId, next)
      },
    },
  })
}

function onOrder(context: SettlementContext, order: DispatchOrder): void {
  const { events, programs } = context.stores
  keepPrograms(programs, order)
  for (const told of order.events) {
    const known = events.get(told.eventId)
    const next = foldEvent(known, told)
    if (next && next !== known) events.put(told.eventId, next)
    if (!next && known) events.put(told.eventId, { ...known, phase: 'forgetting' })
  }
  if (order.programs.length === 0) return
  for (const [eventId, event] of events.entries()) {
    const terms = termsOf(context, event)
    const isSettledOtherwise = event.phase === 'watch' && terms !== undefined && hashOfTerms(terms) !== event.termsHash
    if (isSettledOtherwise) events.put(eventId, beginPass(context, { ...event, reason: 'method' }, terms))
  }
}

function onContribution(context: SettlementContext, block: UnitIntervalBlock, offset: number): void {
  for (const [, event] of context.stores.events.entries()) {
    if (block.programId !== '') keepContributor(context, event, block)
    markContribution(context, event, block, offset)
  }
}

/** Energy that no interval carries belongs to the events that the gap overlaps. */
function onGap(context: SettlementContext, gap: TelemetryGap): void {
  const { gapId, deviceId, fromMs, untilMs, energyWh, carried, status } = gap
  if (status !== 'lost' || carried || energyWh === null) return
  const { lost, events, units } = context.stores
  const gaps = lost.get(deviceId)?.gaps ?? []
  lost.put(deviceId, { gaps: [...gaps, { gapId, fromMs, untilMs, energyWh }].slice(-KEPT_GAPS) })
  for (const [eventId, event] of events.entries()) {
    const overlaps = event.phase !== 'waiting' && fromMs < event.endMs && untilMs > event.startMs
    if (overlaps && units.get(unitKey(eventId, deviceId)))
      markDirty(context, eventId, deviceId, { reason: 'lateData', offset: -1, wide: false })
  }
}

/** Time of receipt decides whether it came before the deadline. */
function onNomination(
  context: SettlementContext,
  nomination: SettlementNomination,
  { offset, timestampMs }: { readonly offset: number; readonly timestampMs: number },
): void {
  const faults = findNominationFaults(nomination, context.stores.programs.get(nomination.programId)?.program, timestampMs)
  if (faults.length > 0) context.reject('invalidValue', faults.join('; '), faults[0]?.split(':')[0])
  else keepNomination(context.stores.nominations, nomination, offset, context.nowMs)
}

export const settlement = createSettlement()
