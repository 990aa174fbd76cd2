/** Which rows of settlement.intervals a question about the past may see. */
import type { HistoryQuestion } from '../../../processors/settlement/history.ts'
import { settlementIntervals } from '../../../topics/catalogue.ts'

export interface HistoryStatement {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Names of qualities in the order of their codes in ENERGY_QUALITY, as a literal. */
export const QUALITIES = `['missing', 'measured', 'estimated', 'modelled', 'edited']`

/**
 * The condition, with the parameters programId and unitIds: the partition, offsets up to the one that is pinned, and every interval that
 * may lie in an interval of the grid that starts in one of the spans. Intervals without coverage say nothing about energy.
 */
export function pinnedRows({ spans, stepS, historyPartition, historyOffset }: HistoryQuestion): string {
  const instant = (ms: number) => `fromUnixTimestamp64Milli(${integer(ms)}, 'UTC')`
  const mayStart = spans.map(({ fromMs, toMs }) => `start_at >= ${instant(fromMs)} AND start_at < ${instant(toMs + stepS * 1000)}`)
  return `program_id = {programId:String} AND partition = ${integer(historyPartition)} AND unit_id IN {unitIds:Array(String)}
    AND (${mayStart.join(' OR ')}) AND topic = '${settlementIntervals.name}' AND offset <= ${integer(historyOffset)} AND coverage_permille > 0`
}

export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`history question: ${value} is not an integer`)
  return String(value)
}
