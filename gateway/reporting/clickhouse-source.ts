/** Answers the questions of reports from ClickHouse (schemas/clickhouse: unit_interval_values, result_rows, enrollment_changes, enrollment_verdicts). */
import type { ClickHouseClient } from '@clickhouse/client'
import { namedSources } from '../../processors/settlement/sources.ts'
import type { Quality } from '../../schemas/common.ts'
import { SOURCE_ORDER } from '../analytics/history/pinned-rows.ts'
import type { IntervalQuestion, ReportSource, ResultSums, StepSum } from './source.ts'

/** Runs one SELECT with `{name:Type}` parameters; 64-bit integers come as numbers or text. */
export type Query = <Row>(sql: string, params: Readonly<Record<string, string | number>>) => Promise<readonly Row[]>

/** The port to a ClickHouse that the official client is connected to. */
export const queryWith =
  (client: ClickHouseClient): Query =>
  async <Row>(query: string, params: Readonly<Record<string, string | number>>) => {
    const result = await client.query({ query, query_params: { ...params }, format: 'JSONEachRow' })
    return await result.json<Row>()
  }

const worstFirst: readonly Quality[] = ['missing', 'estimated', 'modelled', 'edited', 'measured']
/** Worse is greater, so that max() gives the worst. */
const badness = `transform(quality, [${[...worstFirst]
  .reverse()
  .map((name) => `'${name}'`)
  .join(', ')}], [0, 1, 2, 3, 4], 4)`
/** A sum is missing when all its parts are; where some are, it is uncertain. */
const badnessOfSum = (bad: string): string => `if(min(${bad}) = 4, 4, least(max(${bad}), 3))`
const qualityOf = (bad: number | string): Quality => worstFirst.at(-1 - Number(bad)) ?? 'missing'

/** Devices that are in the program, or in a resource of it, when the period ends, by the accepted changes. */
const members = `
  SELECT c.device_id
  FROM drover.enrollment_changes AS c
  INNER JOIN drover.enrollment_verdicts AS v ON v.device_id = c.device_id AND v.change_offset = c.offset AND v.change_id = c.change_id
  WHERE v.refusal IS NULL
    AND ((c.kind IN ('enrolled', 'moved', 'unenrolled') AND c.program_id = {programId:String}) OR c.kind = 'terminated')
    AND c.effective_from < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  GROUP BY c.device_id
  HAVING argMaxIf(
    c.kind = 'enrolled' AND ifNull(c.effective_until, toDateTime64('2299-01-01', 3, 'UTC')) > fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC'),
    (c.effective_from, c.offset), c.kind != 'moved')
    AND ({ofResource:Bool} = false
      OR argMaxIf(ifNull(c.resource_id, ''), (c.effective_from, c.offset), c.kind IN ('enrolled', 'moved')) = {resourceId:String})`

/** The rules of processors/settlement/combine.ts for what devices contribute to themselves, added up over the members of a program. */
const intervalSums = `
WITH
  newest AS (
    SELECT device_id, source, channel, start_at, step_s,
      argMax(wh, (revision, offset, block_index)) AS wh,
      argMax(coverage_permille, (revision, offset, block_index)) AS coverage,
      argMax(${badness}, (revision, offset, block_index)) AS bad
    FROM drover.unit_interval_values
    WHERE program_id = '' AND unit_id = device_id AND coverage_permille > 0 AND step_s <= {stepS:UInt32}
      AND start_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND start_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
      AND block_at > fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') - INTERVAL 1 DAY AND block_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
      AND device_id IN (${members})
    GROUP BY device_id, source, channel, start_at, step_s
  ),
  net AS (
    SELECT device_id, source, start_at, step_s,
      if(countIf(channel = 'net') > 0, sumIf(wh, channel = 'net'), sum(wh)) AS net_wh,
      if(countIf(channel = 'net') > 0, minIf(coverage, channel = 'net'), min(coverage)) AS net_coverage,
      if(countIf(channel = 'net') > 0, maxIf(bad, channel = 'net'), max(bad)) AS net_bad
    FROM newest
    GROUP BY device_id, source, start_at, step_s
  ),
  gridded AS (
    SELECT device_id, source,
      {fromMs:Int64} + intDiv(toUnixTimestamp64Milli(start_at) - {fromMs:Int64}, {stepS:Int64} * 1000) * {stepS:Int64} * 1000 AS start_ms,
      sum(net_wh) AS grid_wh,
      intDiv(sum(net_coverage * step_s), {stepS:UInt32}) AS grid_coverage,
      max(net_bad) AS grid_bad
    FROM net
    WHERE toUnixTimestamp64Milli(start_at) + step_s * 1000
      <= {fromMs:Int64} + (intDiv(toUnixTimestamp64Milli(start_at) - {fromMs:Int64}, {stepS:Int64} * 1000) + 1) * {stepS:Int64} * 1000
    GROUP BY device_id, source, start_ms
  ),
  chosen AS (
    SELECT device_id, start_ms, grid_wh, grid_bad
    FROM gridded
    ORDER BY device_id, start_ms, grid_coverage DESC, has(splitByChar(',', {named:String}), toString(source)) DESC, indexOf(${SOURCE_ORDER}, toString(source))
    LIMIT 1 BY device_id, start_ms
  )
SELECT start_ms AS startMs, sum(grid_wh) AS energyWh, ${badnessOfSum('grid_bad')} AS bad, count() AS devices
FROM chosen
GROUP BY start_ms
ORDER BY start_ms`

/** A unit that was not measured has reduced nothing that anybody could show. */
const resultSums = `
WITH newest AS (
  SELECT unit_id, start_at,
    argMax(tuple(step_s, baseline_wh, actual_wh, ${badness}), (revision, offset, block_index)) AS result
  FROM drover.result_rows
  WHERE event_id = {eventId:String} AND ({ofResource:Bool} = false OR (unit_kind = 'resource' AND unit_id = {resourceId:String}))
  GROUP BY unit_id, start_at
)
SELECT
  toUnixTimestamp64Milli(start_at) AS startMs,
  any(result.1) AS stepS,
  sum(result.3) AS usageWh,
  sum(result.2) AS baselineWh,
  sumIf(result.3 - result.2, isNotNull(result.2) AND result.4 < 4) AS deltaUsageWh,
  ${badnessOfSum('result.4')} AS bad,
  count() AS units,
  countIf(isNotNull(result.2)) AS unitsWithBaseline
FROM newest
GROUP BY start_at
ORDER BY start_at`

/** How the members stood at an instant: by their last connection, or else by recent values; and by their last word on the events. */
const statusCounts = `
WITH
  linked AS (
    SELECT device_id, argMax(opened, (at, offset)) AS open
    FROM drover.connections
    WHERE at <= fromUnixTimestamp64Milli({atMs:Int64}, 'UTC') AND device_id IN (${members})
    GROUP BY device_id
  ),
  heard AS (
    SELECT DISTINCT device_id
    FROM drover.unit_interval_values
    WHERE program_id = '' AND unit_id = device_id AND coverage_permille > 0
      AND start_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC') AND start_at < fromUnixTimestamp64Milli({atMs:Int64}, 'UTC')
      AND block_at > fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC') - INTERVAL 1 DAY AND block_at < fromUnixTimestamp64Milli({atMs:Int64}, 'UTC')
      AND device_id IN (${members})
  ),
  out AS (
    SELECT DISTINCT device_id
    FROM (
      SELECT c.device_id AS device_id, c.event_id, argMax(c.kind, (c.effective_from, c.offset)) AS last_kind
      FROM drover.enrollment_changes AS c
      INNER JOIN drover.enrollment_verdicts AS v ON v.device_id = c.device_id AND v.change_offset = c.offset AND v.change_id = c.change_id
      WHERE v.refusal IS NULL AND c.kind IN ('optedOut', 'optedIn') AND c.event_id IS NOT NULL AND has(splitByChar(',', {eventIds:String}), ifNull(c.event_id, ''))
        AND c.effective_from <= fromUnixTimestamp64Milli({atMs:Int64}, 'UTC')
      GROUP BY c.device_id, c.event_id
    )
    WHERE last_kind = 'optedOut' AND device_id IN (${members})
  )
SELECT
  (SELECT count() FROM (${members})) AS devices,
  (SELECT count() FROM linked WHERE open) + (SELECT count() FROM heard WHERE device_id NOT IN (SELECT device_id FROM linked)) AS online,
  (SELECT count() FROM out) AS optedOut`

/** null asks about everybody. */
const ofResource = (resourceId: string | null) => ({ ofResource: String(resourceId !== null), resourceId: resourceId ?? '' })

type Numeric = number | string
type IntervalRow = Readonly<Record<'startMs' | 'energyWh' | 'bad' | 'devices', Numeric>>
type ResultRow = Readonly<
  Record<'startMs' | 'stepS' | 'usageWh' | 'baselineWh' | 'deltaUsageWh' | 'bad' | 'units' | 'unitsWithBaseline', Numeric>
>

export function createClickHouseSource(query: Query): ReportSource {
  return {
    async intervalSums({ dataSource, resourceId, ...question }: IntervalQuestion) {
      const params = { ...question, ...ofResource(resourceId), named: namedSources(dataSource).join(',') }
      const rows = await query<IntervalRow>(intervalSums, params)
      return rows.map(
        ({ startMs, energyWh, bad, devices }): StepSum => ({
          startMs: Number(startMs),
          energyWh: Number(energyWh),
          quality: qualityOf(bad),
          devices: Number(devices),
        }),
      )
    },
    async resultSums({ eventId, resourceId }) {
      const rows = await query<ResultRow>(resultSums, { eventId, ...ofResource(resourceId) })
      return toSums(rows)
    },
    async statusCounts({ programId, resourceId, atMs, sinceMs, eventIds }) {
      // The members' period is the instant itself.
      const period = { atMs, sinceMs, fromMs: atMs, toMs: atMs + 1 }
      const params = { programId, ...ofResource(resourceId), ...period, eventIds: eventIds.join(',') }
      const [row] = await query<Readonly<Record<'devices' | 'online' | 'optedOut', Numeric>>>(statusCounts, params)
      return { devices: Number(row?.devices ?? 0), online: Number(row?.online ?? 0), optedOut: Number(row?.optedOut ?? 0) }
    },
  }
}

function toSums(rows: readonly ResultRow[]): ResultSums {
  const steps = rows.map((row) => {
    const based = Number(row.unitsWithBaseline) > 0
    return {
      startMs: Number(row.startMs),
      usageWh: Number(row.usageWh),
      baselineWh: based ? Number(row.baselineWh) : null,
      deltaUsageWh: based ? Number(row.deltaUsageWh) : null,
      quality: qualityOf(row.bad),
    }
  })
  return {
    stepS: Number(rows[0]?.stepS ?? 0),
    units: Math.max(0, ...rows.map(({ units }) => Number(units))),
    unitsWithBaseline: rows.length === 0 ? 0 : Math.min(...rows.map(({ unitsWithBaseline }) => Number(unitsWithBaseline))),
    steps,
  }
}
