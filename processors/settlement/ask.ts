/** Asks for the history of the next units of an event: those of its pass, or those to be computed anew. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { positionOf, type SettlementContext } from './define.ts'
import { type HistoryQuestion, MAX_UNITS_ASKED } from './history.ts'
import { entriesOf, unitKey } from './keys.ts'
import { planEvent } from './plan-event.ts'
import { isSettled } from './population.ts'
import type { Asked, DirtyUnit, SettledEvent } from './state.ts'
import { isQuiet } from './times.ts'

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
  const due = dueUnits(context, event, terms)
  if (due.length === 0) return event
  const wide = due.some(([, mark]) => mark.wide)
  return ask(context, event, terms, { dirty: true, wide, unitIds: due.map(([unitId]) => unitId), untilUnit: '' })
}

/** Units for one question; those that are not settled are not computed anew either. */
function dueUnits(context: SettlementContext, { eventId }: SettledEvent, terms: ProgramTerms): readonly (readonly [string, DirtyUnit])[] {
  const { dirty, units } = context.stores
  const due: (readonly [string, DirtyUnit])[] = []
  for (let after = ''; due.length < MAX_UNITS_ASKED; ) {
    const marked = entriesOf(dirty, eventId, after, MAX_UNITS_ASKED)
    for (const [unitId, mark] of marked) {
      const unit = units.get(unitKey(eventId, unitId))
      if (!unit || (unit.result === null && !isSettled(terms.population, unit))) dirty.delete(unitKey(eventId, unitId))
      else if (isQuiet(mark, context.nowMs)) due.push([unitId, mark])
    }
    if (marked.length < MAX_UNITS_ASKED) break
    after = marked.at(-1)?.[0] ?? ''
  }
  return due.slice(0, MAX_UNITS_ASKED)
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
  const { spans, eventDaySpans } = planEvent(event, terms, asked.wide)
  return {
    eventId: event.eventId,
    programId: terms.settledUnit === 'resource' ? event.programId : '',
    unitKind: terms.settledUnit,
    unitIds: asked.unitIds,
    stepS: terms.stepS,
    fromMs: spans[0]?.fromMs ?? event.startMs,
    toMs: spans.at(-1)?.toMs ?? event.endMs,
    spans,
    wholeIn: eventDaySpans,
    dataSource: terms.dataSource,
    historyPartition: context.partition,
    historyOffset: asked.historyOffset,
  }
}
