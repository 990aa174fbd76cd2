/** Makes the payment line of a unit for an event from its final or restated result. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { SettlementResult, StatementLine } from '../../schemas/settlement.ts'
import { localDay } from '../calendar/local-day.ts'
import { amountPerKwh, toMicroUnits } from './exact/money.ts'

/**
 * Energy is paid on the sum of the event's reductions, also where it is negative: lines add up to the results. There is no line where
 * there is no baseline; one that stood before is taken back to 0. Nominations are per program, so a unit's line has none and no penalty.
 */
export function statementOf(result: SettlementResult, terms: ProgramTerms, lastRevision: number, nowMs: number): StatementLine | null {
  if (result.noBaseline !== null && lastRevision === 0) return null
  const { programId, unitId, eventId } = result
  const reductionWh = result.reductionWh.reduce((sum, wh) => sum + wh, 0)
  const month = localDay(result.startMs, terms.zone).slice(0, 7)
  return {
    statementId: `${programId}:${month}`,
    programId,
    unitId,
    eventId,
    resultRevision: result.revision,
    revision: lastRevision + 1,
    reductionWh,
    nominatedWh: null,
    energyMicro: Number(toMicroUnits(amountPerKwh(reductionWh, BigInt(terms.rates.energyMicroPerKwh)))),
    penaltyMicro: 0,
    currency: terms.rates.currency,
    computedMs: nowMs,
  }
}
