/** Takes the history of some units: assesses each and writes what came of it. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { askNext } from './ask.ts'
import { assessUnit } from './assess.ts'
import type { SettlementContext } from './define.ts'
import { markDirty } from './dirty.ts'
import { createSeriesMaker } from './energies.ts'
import type { HistoryAnswer, HistoryQuestion, UnitEnergies } from './history.ts'
import { unitKey } from './keys.ts'
import { otherEventsOf } from './other-events.ts'
import { type EventPlan, planEvent } from './plan-event.ts'
import type { Asked, DirtyUnit, SettledEvent } from './state.ts'
import { writeAssessment } from './write-result.ts'

/** An answer to a question that is not under way any more changes nothing. */
export function takeAnswer(
  context: SettlementContext,
  event: SettledEvent,
  terms: ProgramTerms,
  question: HistoryQuestion,
  answer: HistoryAnswer,
): SettledEvent {
  const { asked } = event
  if (asked === null || !isAnswerTo(asked, question)) return event
  const eventPlan = planEvent(event, terms, asked.wide)
  const assess = createAssessor(context, { event, terms, question, eventPlan, asked })
  for (const energies of answer.units) assess(energies)
  return askNext(context, { ...event, asked: null, cursor: asked.dirty ? event.cursor : asked.untilUnit }, terms)
}

function isAnswerTo(asked: Asked, question: HistoryQuestion): boolean {
  return (
    asked.historyOffset === question.historyOffset &&
    asked.unitIds.length === question.unitIds.length &&
    asked.unitIds.every((unitId, index) => unitId === question.unitIds[index])
  )
}

interface Assessor {
  readonly event: SettledEvent
  readonly terms: ProgramTerms
  readonly question: HistoryQuestion
  readonly eventPlan: EventPlan
  readonly asked: Asked
}

function createAssessor(context: SettlementContext, { event, terms, question, eventPlan, asked }: Assessor) {
  const seriesOf = createSeriesMaker(eventPlan)
  const othersOf = otherEventsOf(context, event)
  const startMs = eventPlan.plan.slots.event[0]?.startMs ?? event.startMs
  return (energies: UnitEnergies): void => {
    const { unitId } = energies
    const key = unitKey(event.eventId, unitId)
    const unit = context.stores.units.get(key)
    if (!unit) return
    const mark = context.stores.dirty.get(key)
    const reason = (asked.dirty ? mark?.reason : null) ?? event.reason
    const series = seriesOf(energies)
    const assessment = assessUnit(eventPlan, terms.direction, { energies, series, otherEvents: othersOf(unitId) })
    if (assessment === null) {
      markDirty(context, event.eventId, unitId, { reason, offset: -1, wide: true })
      return
    }
    clearMark(context, key, mark, question.historyOffset)
    writeAssessment(context, unit, assessment, { event, terms, question, startMs, reason })
  }
}

/** What came after the pinned offset is still to be looked at. */
function clearMark(context: SettlementContext, key: string, mark: DirtyUnit | undefined, historyOffset: number): void {
  if (mark && mark.offset <= historyOffset) context.stores.dirty.delete(key)
}
