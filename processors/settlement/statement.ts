/** Makes the payment line of a unit for an event from its final or restated result, and from what was nominated. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { SettlementResult, StatementLine } from '../../schemas/settlement.ts'
import { localDay, localDayNumber, nameOfDay } from '../calendar/local-day.ts'
import { seasonOf } from '../dispatch/season.ts'
import { WHOLE_PERMILLE } from './energies.ts'
import { toWh } from './exact/energy.ts'
import { amountPerKwh, toMicroUnits } from './exact/money.ts'
import { add, compare, type Rational, rational, subtract, ZERO } from './exact/rational.ts'
import { ROUNDING_RULE } from './exact/rounding.ts'
import type { NominatedAt } from './nominations.ts'

export interface StatementFacts {
  readonly terms: ProgramTerms
  readonly nominatedAt: NominatedAt
  /** 0 = there is no line yet. */
  readonly lastRevision: number
  readonly nowMs: number
}

/**
 * Energy is paid on the sum of the event's reductions, also where it is negative: lines add up to the results. A penalty is taken on what each
 * interval falls short of its nomination; more in another interval makes up for nothing. There is no line where there is no baseline; one that
 * stood before is taken back to 0.
 */
export function statementOf(result: SettlementResult, { terms, nominatedAt, lastRevision, nowMs }: StatementFacts): StatementLine | null {
  if (result.noBaseline !== null && lastRevision === 0) return null
  const { programId, unitId, unitKind, eventId, startMs } = result
  const reductionWh = result.reductionWh.reduce((sum, wh) => sum + wh, 0)
  const nominated = result.noBaseline === null ? nominatedOf(result, terms, nominatedAt) : null
  const season = seasonOf(localDayNumber(startMs, terms.zone), terms)
  return {
    statementId: `${programId}:${localDay(startMs, terms.zone).slice(0, 7)}`,
    programId,
    unitId,
    eventId,
    resultRevision: result.revision,
    revision: lastRevision + 1,
    reductionWh,
    nominatedWh: nominated && toWh(nominated.energy),
    energyMicro: microOf(reductionWh, terms.rates.energyMicroPerKwh),
    penaltyMicro: nominated ? microOf(toWh(nominated.shortfall), terms.rates.penaltyMicroPerKwh) : 0,
    currency: terms.rates.currency,
    computedMs: nowMs,
    unitKind,
    startMs,
    seasonFrom: season ? nameOfDay(season.firstDay) : '',
    shortfallWh: nominated && toWh(nominated.shortfall),
    rounding: ROUNDING_RULE,
  }
}

const microOf = (energyWh: number, microPerKwh: number): number => Number(toMicroUnits(amountPerKwh(energyWh, BigInt(microPerKwh))))

interface Nominated {
  readonly energy: Rational
  readonly shortfall: Rational
}

/** Exact, Wh; null = nothing was nominated. An interval without its values counts as no reduction, or not at all, as the terms say. */
function nominatedOf(result: SettlementResult, { missingDataRule }: ProgramTerms, nominatedAt: NominatedAt): Nominated | null {
  const { startMs, stepS, reductionWh, coveragePermille } = result
  return reductionWh.reduce<Nominated | null>((sum, wh, index) => {
    const nominatedW = nominatedAt(startMs + index * stepS * 1000)
    if (nominatedW === null) return sum
    const before = sum ?? { energy: ZERO, shortfall: ZERO }
    const isMissing = (coveragePermille[index] ?? 0) < WHOLE_PERMILLE
    if (isMissing && missingDataRule === 'exclude') return before
    const energy = rational(BigInt(nominatedW) * BigInt(stepS), 3600n)
    const short = subtract(energy, rational(BigInt(wh)))
    return { energy: add(before.energy, energy), shortfall: compare(short, ZERO) > 0 ? add(before.shortfall, short) : before.shortfall }
  }, null)
}
