/** What the demo asks ClickHouse, as an analyst would. */
import type { Stack } from '../../gateway/cli/stack-file.ts'
import { createAnalyst } from '../support/analyst.ts'

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

export function openAnalytics(stack: Stack): Analytics {
  const analyst = createAnalyst(stack)
  return {
    sumsOf: async (eventId) => {
      const sums = 'uniqExact(unit_id) AS units, sum(actual_wh) AS actualWh, count() AS rows'
      const sql = `SELECT ${sums} FROM drover.results WHERE event_id = {eventId:String}`
      const [row] = await analyst.ask<AnalyticsSums>(sql, { eventId })
      return row ?? { units: 0, actualWh: 0, rows: 0 }
    },
    historyIntervals: async () => {
      const sql = "SELECT sum(length(whs)) AS loaded FROM drover.unit_interval_rows WHERE source = 'import'"
      const [row] = await analyst.ask<{ readonly loaded: number }>(sql)
      return row?.loaded ?? 0
    },
    close: analyst.close,
  }
}
