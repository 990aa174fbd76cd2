/** Writes what an assessment of a unit came to: baseline, result, statement line, and remembers them. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { SettlementResult } from '../../schemas/settlement.ts'
import type { Assessment } from './assess.ts'
import { baselineRecord } from './baseline-record.ts'
import type { SettlementContext } from './define.ts'
import { WHOLE_PERMILLE } from './energies.ts'
import type { HistoryQuestion } from './history.ts'
import { unitKey } from './keys.ts'
import { nominationsOf } from './nominations.ts'
import { type Figures, type Revision, reviseResult } from './revise.ts'
import type { SettledEvent, UnitInEvent } from './state.ts'
import { statementOf } from './statement.ts'

export interface Assessed {
  readonly event: SettledEvent
  readonly terms: ProgramTerms
  readonly question: HistoryQuestion
  /** Start of the event's first interval, epoch ms UTC. */
  readonly startMs: number
  readonly reason: SettlementResult['reason']
}

/** Nothing is written where the figures are those written last. */
export function writeAssessment(context: SettlementContext, unit: UnitInEvent, assessment: Assessment, assessed: Assessed): void {
  const figures = figuresOf(context, unit, assessment, assessed)
  const revision = reviseResult(unit.result, figures, assessed.reason)
  if (revision === null) {
    const known = { ...unit, isComplete: assessment.isComplete }
    if (known.isComplete !== unit.isComplete || isReady(known)) remember(context, known)
    return
  }
  const isNewBaseline = unit.inputHash !== assessment.baseline.inputHash
  const baselineRevision = isNewBaseline ? unit.baselineRevision + 1 : unit.baselineRevision
  if (isNewBaseline) writeBaseline(context, assessment, assessed, unit.unitId, baselineRevision)
  const result = resultOf(figures, revision, {
    baselineRevision: assessment.noBaseline === null ? baselineRevision : 0,
    intervalOffset: assessed.question.historyOffset,
    computedMs: context.nowMs,
  })
  const next = { ...unit, baselineRevision, inputHash: assessment.baseline.inputHash, isComplete: assessment.isComplete, result }
  context.emit('results', result)
  remember(context, result.status === 'preliminary' ? next : withStatement(context, next, result, assessed.terms))
}

/** Makes the result written last final as it stands. */
export function finalizeResult(
  context: SettlementContext,
  unit: UnitInEvent,
  terms: ProgramTerms,
  reason: SettlementResult['reason'],
): void {
  if (unit.result?.status !== 'preliminary') return
  const result: SettlementResult = {
    ...unit.result,
    revision: unit.result.revision + 1,
    status: 'final',
    reason,
    computedMs: context.nowMs,
  }
  context.emit('results', result)
  remember(context, withStatement(context, { ...unit, result }, result, terms))
}

function figuresOf(context: SettlementContext, unit: UnitInEvent, assessment: Assessment, { event, question, startMs }: Assessed): Figures {
  const { baselineWh, actualWh, reductionWh, qualities, coveragePermille, devicesLeftOut, noBaseline } = assessment
  const { eventId, programId } = event
  const { unitId, unitKind } = unit
  const isWhole = coveragePermille.every((permille) => permille >= WHOLE_PERMILLE)
  const gapWh = unitKind === 'device' && !isWhole ? lostWh(context, unitId, event) : 0
  const { stepS } = question
  return {
    eventId,
    unitId,
    unitKind,
    programId,
    startMs,
    stepS,
    baselineWh,
    actualWh,
    reductionWh,
    qualities,
    coveragePermille,
    gapWh,
    devicesLeftOut,
    noBaseline,
  }
}

/** A gap that reaches beyond the event counts whole: nobody knows how much of it was inside. Values that came after all leave none. */
function lostWh(context: SettlementContext, deviceId: string, event: SettledEvent): number {
  const gaps = context.stores.lost.get(deviceId)?.gaps ?? []
  return gaps.reduce((sum, gap) => (gap.fromMs < event.endMs && gap.untilMs > event.startMs ? sum + gap.energyWh : sum), 0)
}

function resultOf(
  figures: Figures,
  { revision, status, reason }: Revision,
  rest: Pick<SettlementResult, 'baselineRevision' | 'intervalOffset' | 'computedMs'>,
): SettlementResult {
  return { ...figures, revision, status, reason, ...rest }
}

function writeBaseline(context: SettlementContext, assessment: Assessment, assessed: Assessed, unitId: string, revision: number): void {
  const { question, terms, startMs, event } = assessed
  const { nowMs } = context
  const facts = { question, programId: event.programId, unitId, method: terms.baseline.name, revision, startMs, nowMs }
  context.emit('baselines', baselineRecord(assessment.baseline, facts))
}

function withStatement(context: SettlementContext, unit: UnitInEvent, result: SettlementResult, terms: ProgramTerms): UnitInEvent {
  const nominatedAt = nominationsOf(context.stores.nominations, result)
  const line = statementOf(result, { terms, nominatedAt, lastRevision: unit.statementRevision, nowMs: context.nowMs })
  if (line === null) return unit
  context.emit('statements', line)
  return { ...unit, statementRevision: line.revision }
}

/** A complete preliminary result waits for the tick that makes it final. */
function remember(context: SettlementContext, unit: UnitInEvent): void {
  const { units, ready } = context.stores
  const key = unitKey(unit.eventId, unit.unitId)
  units.put(key, unit)
  if (isReady(unit)) ready.put(key, { unitId: unit.unitId })
  else if (ready.get(key)) ready.delete(key)
}

function isReady({ isComplete, result }: UnitInEvent): boolean {
  return isComplete && result?.status === 'preliminary'
}
