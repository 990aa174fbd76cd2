/**
 * Answers for units of the ordinary kind, several times as fast as the general way: one contributor, source and channel, on the grid
 * already. For them the rules of processors/settlement/combine.ts come to this: of each interval the newest revision.
 */
import type { HistoryQuestion, UnitEnergies } from '../../../processors/settlement/history.ts'
import { namedSources } from '../../../processors/settlement/sources.ts'
import { createRowReader, type RowReader } from '../rowbinary-reader.ts'
import { type HistoryStatement, integer, pinnedRecords, QUALITIES } from './pinned-rows.ts'

/** One row per unit that has rows: its id, whether it is simple, whether its source is a named one, and columns, empty if not simple. */
export function simpleStatement(question: HistoryQuestion): HistoryStatement {
  const { programId, unitIds, stepS, fromMs, dataSource } = question
  const sinceMs = `(toUnixTimestamp64Milli(start_at) - ${integer(fromMs)})`
  const stepMs = integer(stepS * 1000)
  const columns = [
    `groupArrayArray(arrayMap(place -> toFloat64(intDiv(${sinceMs}, ${stepMs}) + place), range(length(whs))))`,
    'groupArrayArray(arrayMap(wh -> toFloat64(wh), whs))',
    `groupArrayArray(arrayMap(quality -> toUInt8(indexOf(${QUALITIES}, toString(quality)) - 1), qualities))`,
    'groupArrayArray(coverages_permille)',
    'groupArrayArray(arrayMap(wh -> toFloat64(revision), whs))',
    'groupArrayArray(arrayMap(wh -> toFloat64(offset), whs))',
  ]
  const sql = `
SELECT unit_id,
  min(device_id) = max(device_id) AND min(source) = max(source) AND min(channel) = max(channel)
    AND min(step_s) = ${integer(stepS)} AND max(step_s) = ${integer(stepS)} AND max(abs(${sinceMs} % ${stepMs})) = 0 AS is_simple,
  has({named:Array(String)}, any(source)),
  ${columns.map((column) => `if(is_simple, ${column}, [])`).join(',\n  ')}
FROM drover.unit_interval_rows
WHERE ${pinnedRecords(question, 'start_at')} AND arrayExists(coverage -> coverage > 0, coverages_permille)
GROUP BY unit_id
FORMAT RowBinary`
  return { sql, params: { programId, unitIds, named: namedSources(dataSource) } }
}

export interface SimpleAnswer {
  readonly found: ReadonlyMap<string, UnitEnergies>
  /** Units that have to be asked for in the general way. */
  readonly others: readonly string[]
}

export function readSimple(question: HistoryQuestion, answer: Buffer): SimpleAnswer {
  const reader = createRowReader(answer)
  const isAsked = askedSlots(question)
  const found = new Map<string, UnitEnergies>()
  const others: string[] = []
  while (!reader.isAtEnd()) {
    const unitId = reader.text()
    const isSimple = reader.uint8() === 1
    const energies = newestOf(question, isAsked, unitId, readRows(reader))
    if (isSimple) found.set(unitId, energies)
    else others.push(unitId)
  }
  return { found, others: others.sort() }
}

/** Columns of one unit, in no order, with every revision, and with what lies beside the spans or has no coverage. */
interface Rows {
  readonly named: number
  readonly slot: Float64Array
  readonly wh: Float64Array
  readonly quality: Uint8Array
  readonly coveragePermille: Uint16Array
  readonly revision: Float64Array
  readonly offset: Float64Array
}

function readRows(reader: RowReader): Rows {
  return {
    named: reader.uint8(),
    slot: reader.float64s(),
    wh: reader.float64s(),
    quality: reader.uint8s(),
    coveragePermille: reader.uint16s(),
    revision: reader.float64s(),
    offset: reader.float64s(),
  }
}

/** By place on the grid: 1 = its interval starts in a span. */
function askedSlots({ spans, fromMs, toMs, stepS }: HistoryQuestion): Uint8Array {
  const stepMs = stepS * 1000
  const asked = new Uint8Array(Math.ceil((toMs - fromMs) / stepMs) + 1)
  for (const span of spans) {
    asked.fill(1, Math.ceil((span.fromMs - fromMs) / stepMs), Math.ceil((span.toMs - fromMs) / stepMs))
  }
  return asked
}

function newestOf({ fromMs, stepS }: HistoryQuestion, isAsked: Uint8Array, unitId: string, rows: Rows): UnitEnergies {
  const { slot, revision, offset } = rows
  const newest = new Int32Array(isAsked.length).fill(-1)
  const at = (column: Float64Array, index: number) => column[index] ?? 0
  let count = 0
  for (let row = 0; row < slot.length; row++) {
    const place = at(slot, row)
    if (isAsked[place] !== 1 || rows.coveragePermille[row] === 0) continue
    const other = newest[place] ?? -1
    if (other < 0) count++
    const isNewer = at(revision, row) - at(revision, other) || at(offset, row) - at(offset, other)
    if (other < 0 || isNewer > 0) newest[place] = row
  }
  const chosen = newest.filter((row) => row >= 0)
  const pick = <A extends Float64Array | Uint8Array | Uint16Array>(column: A, into: A): A => {
    for (let index = 0; index < count; index++) into[index] = column[chosen[index] ?? 0] ?? 0
    return into
  }
  const startMs = pick(slot, new Float64Array(count)).map((place) => fromMs + place * stepS * 1000)
  return {
    unitId,
    startMs,
    wh: pick(rows.wh, new Float64Array(count)),
    quality: pick(rows.quality, new Uint8Array(count)),
    coveragePermille: pick(rows.coveragePermille, new Uint16Array(count)),
    named: new Uint8Array(count).fill(rows.named),
    devicesLeftOut: 0,
  }
}
