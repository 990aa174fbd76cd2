/** Asks the demo's ClickHouse as an analyst would, with an official client. */
import { createClient } from '@clickhouse/client'
import { readUsers } from '../../gateway/analytics/users.ts'
import type { Stack } from '../../gateway/cli/stack-file.ts'

export interface AnalyticsSums {
  readonly units: number
  readonly actualWh: number
  readonly rows: number
}

export interface Analytics {
  /** Sums over the newest result of every unit in the event. */
  sumsOf(eventId: string): Promise<AnalyticsSums>
  /** Intervals of imported history that analysts see. */
  historyIntervals(): Promise<number>
  close(): Promise<void>
}

export function openAnalytics({ clickhouseUsersFile, clickhouseUrl }: Stack): Analytics {
  const analyst = readUsers(clickhouseUsersFile).find(({ role }) => role === 'analyst')
  const client = createClient({ url: clickhouseUrl, username: analyst?.name ?? '', password: analyst?.password ?? '' })
  const firstRow = async (query: string, params: Record<string, unknown>): Promise<Record<string, number>> => {
    const result = await client.query({ query, query_params: params, format: 'JSONEachRow' })
    const [row] = await result.json<Record<string, string | number>>()
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))
  }
  return {
    sumsOf: async (eventId) => {
      const sums = 'uniqExact(unit_id) AS units, sum(actual_wh) AS actualWh, count() AS rows'
      const row = await firstRow(`SELECT ${sums} FROM drover.results WHERE event_id = {eventId:String}`, { eventId })
      return { units: row.units ?? 0, actualWh: row.actualWh ?? 0, rows: row.rows ?? 0 }
    },
    historyIntervals: async () => {
      const row = await firstRow("SELECT sum(length(whs)) AS loaded FROM drover.unit_interval_rows WHERE source = 'import'", {})
      return row.loaded ?? 0
    },
    close: () => client.close(),
  }
}
