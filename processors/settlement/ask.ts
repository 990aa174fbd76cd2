/** Asks for the history of the next units of an event: those of its pass, or those to be computed anew. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { positionOf, type SettlementContext } from './define.ts'
import { type HistoryQuestion, MAX_UNITS_ASKED } from './history.ts'
import { entriesOf } from './keys.ts'
import { planEvent } from './plan-event.ts'
import { isSettled } from './population.ts'
import type { Asked, SettledEvent } from './state.ts'

/** The event with the next question under way; a pass without further units is over. Nothing is asked while a question is open. */
export function askNext(context: SettlementContext, event: SettledEvent, terms: ProgramTerms): SettledEvent {
  if (event.asked !== null) return event
  if (event.phase !== 'pass') return askDirty(context, event, terms)
  for (let { cursor } = event; ; ) {
    const part = entriesOf(context.stores.units, event.eventId, cursor, MAX_UNITS_ASKED)
    const untilUnit = part.at(-1)?.[0]
    if (untilUnit === undefined) return askDirty(context, { ...event, phase: 'watch', cursor: '' }, terms)
    const unitIds = part.filter(([, unit]) => isSettled(terms.population, unit)).map(([unitId]) => unitId)
    if (unitIds.length > 0) return ask(context, event, terms, { dirty: false, wide: false, unitIds, untilUnit })
    cursor = untilUnit
  }
}

function askDirty(context: SettlementContext, event: SettledEvent, terms: ProgramTerms): SettledEvent {
  const { dirty, units } = context.stores
  const marked = entriesOf(dirty, event.eventId, '', MAX_UNITS_ASKED)
  const due = marked.filter(([unitId]) => {
    const unit = units.get(`${event.eventId}\u0000${unitId}`)
    return unit && (unit.result !== null || isSettled(terms.population, unit))
  })
  for (const [unitId] of marked) if (!due.some(([id]) => id === unitId)) dirty.delete(`${event.eventId}\u0000${unitId}`)
  if (due.length === 0) return event
  const wide = due.some(([, mark]) => mark.wide)
  return ask(context, event, terms, { dirty: true, wide, unitIds: due.map(([unitId]) => unitId), untilUnit: '' })
}

function ask(
  context: SettlementContext,
  event: SettledEvent,
  terms: ProgramTerms,
  what: Omit<Asked, 'historyOffset' | 'askedMs'>,
): SettledEvent {
  const asked: Asked = { ...what, historyOffset: positionOf(context), askedMs: context.nowMs }
  context.ask('history', questionOf(context, event, terms, asked))
  return { ...event, asked }
}

/** Asks again what was asked: a crash may have lost the question. */
export function askAgain(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, asked: Asked): SettledEvent {
  context.ask('history', questionOf(context, event, terms, asked))
  return { ...event, asked: { ...asked, askedMs: context.nowMs } }
}

function questionOf(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, asked: Asked): HistoryQuestion {
  const { spans } = planEvent(event, terms, asked.wide)
  return {
    eventId: event.eventId,
    programId: terms.settledUnit === 'resource' ? event.programId : '',
    unitKind: terms.settledUnit,
    unitIds: asked.unitIds,
    stepS: terms.stepS,
    fromMs: spans[0]?.fromMs ?? event.startMs,
    toMs: spans.at(-1)?.toMs ?? event.endMs,
    spans,
    dataSource: terms.dataSource,
    historyPartition: context.partition,
    historyOffset: asked.historyOffset,
  }
}
