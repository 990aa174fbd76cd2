/** Which rows of settlement.intervals a question about the past may see. */
import { DAY_MS } from '../../../processors/calendar/local-day.ts'
import type { HistoryQuestion } from '../../../processors/settlement/history.ts'
import { SOURCES } from '../../../processors/settlement/sources.ts'
import { settlementIntervals } from '../../../topics/catalogue.ts'

export interface HistoryStatement {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Names of qualities in the order of their codes in ENERGY_QUALITY, as a literal. */
export const QUALITIES = `['missing', 'measured', 'estimated', 'modelled', 'edited']`

/** Names of sources in the order in which they are preferred, as a literal. */
export const SOURCE_ORDER = `[${SOURCES.map((source) => `'${source}'`).join(', ')}]`

const instant = (ms: number): string => `fromUnixTimestamp64Milli(${integer(ms)}, 'UTC')`

/**
 * The condition on records, with the parameters programId and unitIds: the partition, offsets up to the one that is pinned, and every
 * record that may hold an interval of the grid that starts in one of the spans. `startAt` names the column of their start.
 */
export function pinnedRecords({ spans, stepS, historyPartition, historyOffset }: HistoryQuestion, startAt: string): string {
  const mayHold = spans.map(
    ({ fromMs, toMs }) => `${startAt} > ${instant(fromMs - DAY_MS)} AND ${startAt} < ${instant(toMs + stepS * 1000)}`,
  )
  return `program_id = {programId:String} AND partition = ${integer(historyPartition)} AND unit_id IN {unitIds:Array(String)}
    AND (${mayHold.join(' OR ')}) AND topic = '${settlementIntervals.name}' AND offset <= ${integer(historyOffset)}`
}

/** The condition on the intervals in them. Those without coverage say nothing about energy. */
export function pinnedValues({ spans, stepS }: HistoryQuestion): string {
  const mayStart = spans.map(({ fromMs, toMs }) => `start_at >= ${instant(fromMs)} AND start_at < ${instant(toMs + stepS * 1000)}`)
  return `(${mayStart.join(' OR ')}) AND coverage_permille > 0`
}

export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`history question: ${value} is not an integer`)
  return String(value)
}
