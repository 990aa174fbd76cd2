/** Answers for units of any kind: the SQL goes rule by rule as processors/settlement/combine.ts states them. */
import type { HistoryQuestion, HistorySpan, UnitEnergies } from '../../../processors/settlement/history.ts'
import { namedSources, SOURCES } from '../../../processors/settlement/sources.ts'
import { createRowReader } from '../rowbinary-reader.ts'
import { type HistoryStatement, integer, pinnedRecords, pinnedValues, QUALITIES, SOURCE_ORDER } from './pinned-rows.ts'

/** How far each of QUALITIES is from a metered value. */
const DISTANCES = '[4, 0, 3, 2, 1]'
const CODES_BY_DISTANCE = '[1, 4, 3, 2, 0]'

/**
 * Answers in RowBinary, one row per unit that has rows: unit_id, then arrays by ascending start: start in epoch ms and Wh as Float64,
 * quality UInt8, coverage UInt16, named UInt8; then the count of devices that are left out, Float64.
 */
export function generalStatement(question: HistoryQuestion): HistoryStatement {
  const { programId, unitIds, stepS, fromMs, spans, wholeIn, dataSource } = question
  const stepMs = stepS * 1000
  const isIn = (all: readonly HistorySpan[]) =>
    all.map((span) => `(grid_ms >= ${integer(span.fromMs)} AND grid_ms < ${integer(span.toMs)})`).join(' OR ') || '0'
  const slots = wholeIn.reduce((count, span) => count + Math.ceil((span.toMs - span.fromMs) / stepMs), 0)
  const sql = `
SELECT unit_id, arrayMap(e -> toFloat64(e.1), energies), arrayMap(e -> toFloat64(e.2), energies), arrayMap(e -> toUInt8(e.3), energies),
  arrayMap(e -> toUInt16(e.4), energies), arrayMap(e -> toUInt8(e.5), energies), toFloat64(left_out)
FROM (
  SELECT unit_id, arraySort(e -> e.1, groupArray((grid_ms, unit_wh, ${CODES_BY_DISTANCE}[worst + 1], least, all_named))) AS energies,
    any(unit_left_out) AS left_out
  FROM (
    SELECT unit_id, grid_ms, sum(chosen.1) AS unit_wh, max(chosen.2) AS worst, min(chosen.3) AS least, min(chosen.4) AS all_named,
      any(if(has_whole, others, 0)) AS unit_left_out
    FROM (
      SELECT *, max(is_whole) OVER (PARTITION BY unit_id) AS has_whole, uniqExactIf(device_id, NOT is_whole) OVER (PARTITION BY unit_id) AS others
      FROM (
        SELECT *, countIf((${isIn(wholeIn)}) AND chosen.3 >= 1000) OVER (PARTITION BY unit_id, device_id) = ${integer(slots)} AS is_whole
        FROM (
          SELECT unit_id, device_id, grid_ms, argMax((grid_wh, grid_distance, covered, is_named), (covered, preference)) AS chosen
          FROM (
            SELECT unit_id, device_id, source, grid_ms, sum(net_wh) AS grid_wh, max(net_distance) AS grid_distance,
              intDiv(sum(net_coverage * step_s), ${integer(stepS)}) AS covered, has({named:Array(String)}, source) AS is_named,
              if(is_named, ${integer(SOURCES.length)}, 0) - toInt32(indexOf(${SOURCE_ORDER}, source)) AS preference
            FROM (
              SELECT unit_id, device_id, source, start_at, step_s, countIf(is_net) > 0 AS has_net,
                if(has_net, sumIf(wh, is_net), sum(wh)) AS net_wh,
                if(has_net, maxIf(distance, is_net), max(distance)) AS net_distance,
                if(has_net, minIf(coverage_permille, is_net), min(coverage_permille)) AS net_coverage,
                ${integer(fromMs)} + intDiv(toUnixTimestamp64Milli(start_at) - ${integer(fromMs)}, ${integer(stepMs)}) * ${integer(stepMs)} AS grid_ms
              FROM (
                SELECT unit_id, device_id, source, start_at, step_s, wh, coverage_permille, channel = 'net' AS is_net,
                  ${DISTANCES}[indexOf(${QUALITIES}, quality)] AS distance
                FROM drover.unit_interval_values
                WHERE ${pinnedRecords(question, 'block_at')} AND ${pinnedValues(question)}
                ORDER BY unit_id, start_at, step_s, device_id, channel, source, revision DESC, offset DESC, block_index DESC
                LIMIT 1 BY unit_id, start_at, step_s, device_id, channel, source
              )
              GROUP BY unit_id, device_id, source, start_at, step_s
            )
            WHERE toUnixTimestamp64Milli(start_at) + step_s * 1000 <= grid_ms + ${integer(stepMs)} AND (${isIn(spans)})
            GROUP BY unit_id, device_id, source, grid_ms
          )
          GROUP BY unit_id, device_id, grid_ms
        )
      )
    )
    WHERE is_whole OR NOT has_whole
    GROUP BY unit_id, grid_ms
  )
  GROUP BY unit_id
)
FORMAT RowBinary`
  return { sql, params: { programId, unitIds, named: namedSources(dataSource) } }
}

/** By unit; those without rows are absent. */
export function readGeneral(answer: Buffer): ReadonlyMap<string, UnitEnergies> {
  const reader = createRowReader(answer)
  const found = new Map<string, UnitEnergies>()
  while (!reader.isAtEnd()) {
    const unitId = reader.text()
    found.set(unitId, {
      unitId,
      startMs: reader.float64s(),
      wh: reader.float64s(),
      quality: reader.uint8s(),
      coveragePermille: reader.uint16s(),
      named: reader.uint8s(),
      devicesLeftOut: reader.float64(),
    })
  }
  return found
}
