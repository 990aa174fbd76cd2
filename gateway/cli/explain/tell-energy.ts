/** Tells what was measured during the event, and how it was settled. */
import type { SettlementBaseline, SettlementResult, StatementLine } from '../../../schemas/settlement.ts'
import type { IntervalBlock, ReadingBlock, TelemetryGap } from '../../../schemas/telemetry.ts'
import type { Evidence } from './evidence.ts'
import { atTime, counted, inKwh, sum, tally } from './format.ts'
import { type Step, stepsOf } from './step.ts'

const spanWords = (startMs: number, lengthMs: number): string => `${atTime(startMs)} to ${atTime(startMs + lengthMs)}`

function readingWords({ channel, source, kind, startMs, stepMs, values, qualities, rawOffset }: ReadingBlock): string {
  return `${channel} by ${source}, ${spanWords(startMs, values.length * stepMs)}: ${inKwh(sum(values))} as ${kind} (${tally(qualities)}); raw offset ${rawOffset}`
}

function intervalWords({ channel, startMs, stepS, values, qualities, coveragePermille, revision, reason }: IntervalBlock): string {
  const least = Math.min(...coveragePermille)
  return `${channel}, ${spanWords(startMs, values.length * stepS * 1000)} in steps of ${stepS} s: ${values.join(', ')} Wh (${tally(qualities)}; covered ${least / 10} % at least); revision ${revision}, ${reason}`
}

function gapWords({ channel, fromMs, untilMs, status, energyWh, carried }: TelemetryGap): string {
  const energy = energyWh === null ? '' : `, ${inKwh(energyWh)} between registers${carried ? ', carried by intervals' : ''}`
  return `${channel} silent, ${spanWords(fromMs, untilMs - fromMs)}: ${status}${energy}`
}

function baselineWords(baseline: SettlementBaseline): string {
  const { unitId, revision, method, daysUsed, daysLeftOut, noBaseline, baselineWh, unadjustedWh } = baseline
  const { adjustmentNumerator, adjustmentDenominator, adjustmentCapped, historyPartition, historyOffset } = baseline
  const left = daysLeftOut.map(({ day, reason }) => `${day} ${reason}`).join(', ')
  const adjustment =
    adjustmentDenominator === '0'
      ? 'no adjustment'
      : `adjustment ${adjustmentNumerator}/${adjustmentDenominator}${adjustmentCapped ? ', capped' : ''}`
  return [
    `unit ${unitId}, revision ${revision}, ${method}`,
    noBaseline === null ? `${inKwh(sum(baselineWh))} (${inKwh(sum(unadjustedWh))} before adjustment)` : `NO BASELINE: ${noBaseline}`,
    `days used: ${daysUsed.join(', ') || 'none'}`,
    `days left out: ${left || 'none'}`,
    adjustment,
    `history of partition ${historyPartition} up to offset ${historyOffset}`,
  ].join('; ')
}

function resultWords(result: SettlementResult): string {
  const { unitId, revision, status, reason, baselineRevision, baselineWh, actualWh, reductionWh, qualities, noBaseline, intervalOffset } =
    result
  return [
    `unit ${unitId}, revision ${revision}, ${status} (${reason})`,
    noBaseline === null
      ? `baseline ${inKwh(sum(baselineWh))} - actual ${inKwh(sum(actualWh))}, delivered ${inKwh(sum(reductionWh))} in ${counted(reductionWh.length, 'interval')} (${reductionWh.join(', ')} Wh)`
      : `actual ${inKwh(sum(actualWh))}; no baseline: ${noBaseline}`,
    tally(qualities),
    `baseline revision ${baselineRevision}, intervals up to settlement offset ${intervalOffset}`,
  ].join('; ')
}

const money = (micro: number, currency: string): string => `${(micro / 1_000_000).toFixed(6)} ${currency}`

function statementWords({
  statementId,
  unitId,
  revision,
  resultRevision,
  reductionWh,
  energyMicro,
  penaltyMicro,
  currency,
}: StatementLine): string {
  return `${statementId}, unit ${unitId}, revision ${revision} on result ${resultRevision}: ${inKwh(reductionWh)}, pays ${money(energyMicro, currency)}, penalty ${money(penaltyMicro, currency)}`
}

export function tellEnergy({ readings, intervals, gaps, baselines, results, statements }: Evidence): readonly Step[] {
  return [
    ...stepsOf('readings', readings, readingWords),
    ...stepsOf('intervals', intervals, intervalWords),
    ...stepsOf('gaps', gaps, gapWords),
    ...stepsOf('baseline', baselines, baselineWords),
    ...stepsOf('result', results, resultWords),
    ...stepsOf('statement', statements, statementWords),
  ]
}
