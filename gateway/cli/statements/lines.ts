/** Reads payment lines from analytics. */
import type { ClickHouseClient } from '@clickhouse/client'

/** The newest revision of a line; Wh, and money in millionths of its currency. */
export interface PaidLine {
  readonly statementId: string
  readonly month: string
  readonly seasonFrom: string
  readonly unitId: string
  readonly unitKind: string
  readonly customerId: string
  readonly groups: readonly string[]
  readonly eventId: string
  /** Epoch ms UTC. */
  readonly startMs: number
  readonly reductionWh: number
  /** null = nothing was nominated. */
  readonly nominatedWh: number | null
  readonly shortfallWh: number | null
  readonly energyMicro: number
  readonly penaltyMicro: number
  readonly currency: string
}

/** Of a program: one month (YYYY-MM), or a season by its first local day (YYYY-MM-DD). */
export type Period = { readonly month: string } | { readonly seasonFrom: string }

const QUERY = `
SELECT statement_id AS statementId, month, season_from AS seasonFrom, unit_id AS unitId, unit_kind AS unitKind, customer_id AS customerId,
  groups, event_id AS eventId, toUnixTimestamp64Milli(start_at) AS startMs, reduction_wh AS reductionWh, nominated_wh AS nominatedWh,
  shortfall_wh AS shortfallWh, energy_micro AS energyMicro, penalty_micro AS penaltyMicro, currency
FROM drover.statement_lines
WHERE program_id = {programId: String} AND `

/** By statement, unit and start. Numbers beyond 2^53 would be refused by settlement before. */
export async function readLines(client: ClickHouseClient, programId: string, period: Period): Promise<readonly PaidLine[]> {
  const [condition, value] = 'month' in period ? ['month', period.month] : ['season_from', period.seasonFrom]
  const answer = await client.query({
    query: `${QUERY}${condition} = {value: String} ORDER BY statement_id, unit_id, start_at, event_id`,
    query_params: { programId, value },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return answer.json<PaidLine>()
}
