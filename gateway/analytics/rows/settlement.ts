/** Rows of settlement: contributions to units, baselines, results and statements. */
import type { SettlementResult } from '../../../schemas/settlement.ts'
import {
  settlementBaselines,
  settlementIntervals,
  settlementNominations,
  settlementResults,
  settlementStatements,
} from '../../../topics/catalogue.ts'
import { flag, int32, int64, int64s, list, nullable, text, uint16s } from './cells.ts'
import { rowsOf } from './declare.ts'
import { qualityCells } from './quality.ts'

export const unitIntervalRows = rowsOf(
  settlementIntervals,
  'unit_interval_rows',
  (column) => ({
    program_id: column(text, (block) => block.programId),
    unit_id: column(text, (block) => block.unitId),
    unit_kind: column(text, (block) => block.unitKind),
    device_id: column(text, (block) => block.deviceId),
    channel: column(text, (block) => block.channel),
    source: column(text, (block) => block.source),
    event_ids: column(list(text), (block) => block.eventIds),
    step_s: column(int32, (block) => block.stepS),
    revision: column(int32, (block) => block.revision),
    start_at: column(int64, (block) => block.startMs),
    whs: column(int64s, (block) => block.values),
    qualities: column(qualityCells, (block) => block.qualities),
    coverages_permille: column(uint16s, (block) => block.coveragePermille),
  }),
  { lists: (block) => [block.values, block.qualities, block.coveragePermille] },
)

export const nominationRows = rowsOf(settlementNominations, 'nomination_rows', (column) => ({
  program_id: column(text, (nomination) => nomination.programId),
  unit_id: column(text, (nomination) => nomination.unitId),
  from_at: column(int64, (nomination) => nomination.fromMs),
  until_at: column(int64, (nomination) => nomination.untilMs),
  nominated_w: column(int64, (nomination) => nomination.nominatedW),
  nomination_id: column(text, (nomination) => nomination.nominationId),
  recorded_by: column(text, (nomination) => nomination.recordedBy),
  reason: column(text, (nomination) => nomination.reason),
  source: column(nullable(text), (nomination) => nomination.source),
}))

export const baselineRows = rowsOf(settlementBaselines, 'baseline_rows', (column) => ({
  event_id: column(text, (baseline) => baseline.eventId),
  unit_id: column(text, (baseline) => baseline.unitId),
  program_id: column(text, (baseline) => baseline.programId),
  revision: column(int32, (baseline) => baseline.revision),
  method: column(text, (baseline) => baseline.method),
  method_hash: column(text, (baseline) => baseline.methodHash),
  input_hash: column(text, (baseline) => baseline.inputHash),
  history_partition: column(int32, (baseline) => baseline.historyPartition),
  history_offset: column(int64, (baseline) => baseline.historyOffset),
  days_used: column(list(text), (baseline) => baseline.daysUsed),
  days_left_out: column(list(text), (baseline) => baseline.daysLeftOut.map(({ day }) => day)),
  left_out_reasons: column(list(text), (baseline) => baseline.daysLeftOut.map(({ reason }) => reason)),
  adjustment_numerator: column(text, (baseline) => baseline.adjustmentNumerator),
  adjustment_denominator: column(text, (baseline) => baseline.adjustmentDenominator),
  adjustment_capped: column(flag, (baseline) => baseline.adjustmentCapped),
  start_at: column(int64, (baseline) => baseline.startMs),
  step_s: column(int32, (baseline) => baseline.stepS),
  unadjusted_wh: column(int64s, (baseline) => baseline.unadjustedWh),
  baseline_wh: column(int64s, (baseline) => baseline.baselineWh),
  no_baseline: column(nullable(text), (baseline) => baseline.noBaseline),
  frozen_at: column(int64, (baseline) => baseline.frozenMs),
}))

/** An empty baseline is none in every interval. */
const baselinesOf = ({ baselineWh, actualWh }: SettlementResult): readonly (number | null)[] =>
  baselineWh.length === 0 ? actualWh.map(() => null) : baselineWh

export const resultRows = rowsOf(
  settlementResults,
  'result_blocks',
  (column) => ({
    event_id: column(text, (result) => result.eventId),
    unit_id: column(text, (result) => result.unitId),
    unit_kind: column(text, (result) => result.unitKind),
    program_id: column(text, (result) => result.programId),
    revision: column(int32, (result) => result.revision),
    status: column(text, (result) => result.status),
    reason: column(text, (result) => result.reason),
    baseline_revision: column(int32, (result) => result.baselineRevision),
    gap_wh: column(int64, (result) => result.gapWh),
    devices_left_out: column(int32, (result) => result.devicesLeftOut),
    no_baseline: column(nullable(text), (result) => result.noBaseline),
    interval_offset: column(int64, (result) => result.intervalOffset),
    computed_at: column(int64, (result) => result.computedMs),
    step_s: column(int32, (result) => result.stepS),
    start_ms: column(int64, (result) => result.startMs),
    baselines_wh: column(list(nullable(int64)), baselinesOf),
    actuals_wh: column(int64s, (result) => result.actualWh),
    reductions_wh: column(int64s, (result) => result.reductionWh),
    qualities: column(list(text), (result) => result.qualities),
    coverages_permille: column(uint16s, (result) => result.coveragePermille),
  }),
  {
    explodes: true,
    lists: (result) => [result.actualWh, baselinesOf(result), result.reductionWh, result.qualities, result.coveragePermille],
  },
)

export const statementRows = rowsOf(settlementStatements, 'statement_rows', (column) => ({
  program_id: column(text, (line) => line.programId),
  statement_id: column(text, (line) => line.statementId),
  unit_id: column(text, (line) => line.unitId),
  event_id: column(text, (line) => line.eventId),
  revision: column(int32, (line) => line.revision),
  result_revision: column(int32, (line) => line.resultRevision),
  reduction_wh: column(int64, (line) => line.reductionWh),
  nominated_wh: column(nullable(int64), (line) => line.nominatedWh),
  energy_micro: column(int64, (line) => line.energyMicro),
  penalty_micro: column(int64, (line) => line.penaltyMicro),
  currency: column(text, (line) => line.currency),
  unit_kind: column(text, (line) => line.unitKind),
  start_at: column(int64, (line) => line.startMs),
  season_from: column(text, (line) => line.seasonFrom),
  shortfall_wh: column(nullable(int64), (line) => line.shortfallWh),
  rounding: column(text, (line) => line.rounding),
  computed_at: column(int64, (line) => line.computedMs),
}))
