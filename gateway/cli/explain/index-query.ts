/** Asks ClickHouse where the records about a device and an event stand, so that the log need not be searched. */
import type { ClickHouseClient } from '@clickhouse/client'

/** Where records are known to stand, and how far that is known. */
export interface LogIndex {
  /** Offsets by `topic-partition`. */
  readonly offsets: ReadonlyMap<string, readonly number[]>
  /** First offset that the index does not cover, by `topic-partition`. */
  readonly next: ReadonlyMap<string, number>
}

/** Knows nothing: the log is searched. */
export const noIndex: LogIndex = { offsets: new Map(), next: new Map() }

/** What is looked for. */
export interface DeviceQuestion {
  readonly eventId: string
  readonly deviceId: string
  /** Units that the device counts to. */
  readonly unitIds: readonly string[]
  /** The event, epoch ms UTC. */
  readonly startMs: number
  readonly endMs: number
  /** When it became known, epoch ms UTC. */
  readonly knownMs: number
}

/** Of a row that holds neighbouring values: at most 96, each of a day at most. */
const overlapping = (step: string): string =>
  `device_id = {deviceId: String} AND start_at < fromUnixTimestamp64Milli({endMs: Int64}, 'UTC') AND start_at > fromUnixTimestamp64Milli({startMs: Int64}, 'UTC') - INTERVAL 96 DAY AND toUnixTimestamp64Milli(start_at) + ${step} * length(whs) > {startMs: Int64}`

const since = "recorded_at >= fromUnixTimestamp64Milli({knownMs: Int64}, 'UTC')"

const conditions: Readonly<Record<string, string>> = {
  enrollment_change_rows: 'device_id = {deviceId: String}',
  enrollment_verdict_rows: 'device_id = {deviceId: String}',
  decision_rows: 'event_id = {eventId: String} AND device_id = {deviceId: String}',
  command_rows: `device_id = {deviceId: String} AND ${since}`,
  ack_rows: `device_id = {deviceId: String} AND ${since}`,
  outcome_rows: `device_id = {deviceId: String} AND ${since}`,
  reading_rows: overlapping('step_ms'),
  interval_rows: overlapping('step_s * 1000'),
  gap_rows: `device_id = {deviceId: String} AND from_at < fromUnixTimestamp64Milli({endMs: Int64}, 'UTC')`,
  baseline_rows: 'event_id = {eventId: String} AND unit_id IN {unitIds: Array(String)}',
  result_rows: 'event_id = {eventId: String} AND unit_id IN {unitIds: Array(String)}',
  statement_rows: 'event_id = {eventId: String} AND unit_id IN {unitIds: Array(String)}',
}

const offsetsQuery = Object.entries(conditions)
  .map(([table, condition]) => `SELECT DISTINCT topic, partition, offset FROM drover.${table} WHERE ${condition}`)
  .join('\nUNION ALL\n')

async function rowsOf<T>(client: ClickHouseClient, query: string, params: Readonly<Record<string, unknown>> = {}): Promise<readonly T[]> {
  const result = await client.query({
    query,
    query_params: { ...params },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return result.json<T>()
}

/** What the loader has read is asked first: it is written after the rows, so that nothing below it is missing from them. */
export async function askIndex(client: ClickHouseClient, asked: DeviceQuestion): Promise<LogIndex> {
  const loaded = await rowsOf<{ topic: string; partition: number; next: number }>(
    client,
    'SELECT topic, partition, max(next_offset) AS next FROM drover.loader_positions GROUP BY topic, partition',
  )
  const places = await rowsOf<{ topic: string; partition: number; offset: number }>(client, offsetsQuery, { ...asked })
  const offsets = new Map<string, number[]>()
  for (const { topic, partition, offset } of places) {
    const name = `${topic}-${partition}`
    offsets.set(name, [...(offsets.get(name) ?? []), offset])
  }
  return { offsets, next: new Map(loaded.map(({ topic, partition, next }) => [`${topic}-${partition}`, next])) }
}
