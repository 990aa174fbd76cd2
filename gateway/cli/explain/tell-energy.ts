/** Tells what was measured during the event, and how it was settled. */
import type { SettlementBaseline, SettlementResult, StatementLine } from '../../../schemas/settlement.ts'
import type { IntervalBlock, ReadingBlock, TelemetryGap } from '../../../schemas/telemetry.ts'
import type { Evidence } from './evidence.ts'
import { atTime, counted, inKwh, sum, tally } from './format.ts'
import { type Step, stepsOf } from './step.ts'

const spanWords = (startMs: number, lengthMs: number): string => `${atTime(startMs)} to ${atTime(startMs + lengthMs)}`

/** What of a block overlaps the event. */
interface Clipped {
  readonly from: number
  readonly until: number
  readonly startMs: number
  readonly lengthMs: number
}

/** A block may hold a day, of which an event is an hour. */
function clip(startMs: number, stepMs: number, count: number, { events }: Pick<Evidence, 'events'>): Clipped {
  const fromMs = Math.min(...events.map(({ value }) => value.startMs))
  const untilMs = Math.max(...events.map(({ value }) => value.endMs))
  const from = Math.min(count - 1, Math.max(0, Math.floor((fromMs - startMs) / stepMs)))
  const until = Math.max(from + 1, Math.min(count, Math.ceil((untilMs - startMs) / stepMs)))
  return { from, until, startMs: startMs + from * stepMs, lengthMs: (until - from) * stepMs }
}

const partWords = ({ from, until }: Clipped, count: number): string => (until - from === count ? '' : `; ${count} values in the record`)

function readingWords(block: ReadingBlock, evidence: Evidence): string {
  const { channel, source, kind, startMs, stepMs, rawOffset } = block
  const part = clip(startMs, stepMs, block.values.length, evidence)
  const [values, qualities] = [block.values.slice(part.from, part.until), block.qualities.slice(part.from, part.until)]
  return `${channel} by ${source}, ${spanWords(part.startMs, part.lengthMs)}: ${inKwh(sum(values))} as ${kind} (${tally(qualities)}); raw offset ${rawOffset}${partWords(part, block.values.length)}`
}

function intervalWords(block: IntervalBlock, evidence: Evidence): string {
  const { channel, startMs, stepS, revision, reason } = block
  const part = clip(startMs, stepS * 1000, block.values.length, evidence)
  const [values, qualities] = [block.values.slice(part.from, part.until), block.qualities.slice(part.from, part.until)]
  const least = Math.min(...block.coveragePermille.slice(part.from, part.until))
  return `${channel}, ${spanWords(part.startMs, part.lengthMs)} in steps of ${stepS} s: ${values.join(', ')} Wh (${tally(qualities)}; covered ${least / 10} % at least); revision ${revision}, ${reason}${partWords(part, block.values.length)}`
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
  nominatedWh,
  energyMicro,
  penaltyMicro,
  currency,
}: StatementLine): string {
  const nominated = nominatedWh === null ? '' : ` of ${inKwh(nominatedWh)} nominated`
  return `${statementId}, unit ${unitId}, revision ${revision} on result ${resultRevision}: ${inKwh(reductionWh)}${nominated}, pays ${money(energyMicro, currency)}, penalty ${money(penaltyMicro, currency)}`
}

export function tellEnergy(evidence: Evidence): readonly Step[] {
  const { readings, intervals, gaps, baselines, results, statements } = evidence
  return [
    ...stepsOf('readings', readings, (block) => readingWords(block, evidence)),
    ...stepsOf('intervals', intervals, (block) => intervalWords(block, evidence)),
    ...stepsOf('gaps', gaps, gapWords),
    ...stepsOf('baseline', baselines, baselineWords),
    ...stepsOf('result', results, resultWords),
    ...stepsOf('statement', statements, statementWords),
  ]
}
