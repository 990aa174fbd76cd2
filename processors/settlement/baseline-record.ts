/** Makes the record of a baseline: the days used, the days left out and why, frozen with what was read. */
import type { SettlementBaseline } from '../../schemas/settlement.ts'
import type { BaselineOutcome } from './baseline/outcome.ts'
import { toWh } from './exact/energy.ts'
import type { HistoryQuestion } from './history.ts'

export interface BaselineFacts {
  readonly question: HistoryQuestion
  readonly programId: string
  readonly unitId: string
  readonly method: string
  readonly revision: number
  /** Start of the event's first interval, epoch ms UTC. */
  readonly startMs: number
  readonly nowMs: number
}

export function baselineRecord(outcome: BaselineOutcome, facts: BaselineFacts): SettlementBaseline {
  const { question, programId, unitId, method, revision, startMs, nowMs } = facts
  const found = outcome.kind === 'baseline' ? outcome : null
  const { num, den } = found?.adjustmentRaw ?? { num: 0n, den: 0n }
  return {
    eventId: question.eventId,
    unitId,
    programId,
    revision,
    method,
    methodHash: outcome.methodHash,
    inputHash: outcome.inputHash,
    historyPartition: question.historyPartition,
    historyOffset: question.historyOffset,
    daysUsed: [...outcome.daysUsed].sort().reverse(),
    daysLeftOut: outcome.daysLeftOut.map(({ day, reason }) => ({ day, reason })),
    adjustmentNumerator: String(num),
    adjustmentDenominator: String(den),
    adjustmentCapped: found?.capped ?? false,
    startMs,
    stepS: question.stepS,
    unadjustedWh: found?.unadjusted.map(toWh) ?? [],
    baselineWh: found?.baselineWh ?? [],
    noBaseline: outcome.kind === 'baseline' ? null : outcome.reason,
    frozenMs: nowMs,
  }
}
