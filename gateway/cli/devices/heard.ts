/** Asks analytics when devices were last heard of, and how their clocks stand to ours. */
import type { ClickHouseClient } from '@clickhouse/client'

/** Of one device; epoch ms UTC and ms. */
export interface Heard {
  /** When its last body came, imports included. */
  readonly receivedMs: number
  /**
   * The most that the end of a reading of the last day lay after its receipt; null = no reading came. Above 0 the device's clock is ahead of ours;
   * far below 0 it is behind, or everything came late.
   */
  readonly clockLeadMs: number | null
}

/** Which devices: those of a partition, or one. */
export type Which = { readonly partition: number } | { readonly deviceId: string }

const DAY_MS = 86_400_000

const received = (condition: string): string => `
SELECT device_id AS id, toUnixTimestamp64Milli(max(received_at)) AS ms
FROM drover.raw_telemetry_rows WHERE ${condition} GROUP BY device_id`

const leads = (condition: string): string => `
SELECT device_id AS id, max(toUnixTimestamp64Milli(start_at) + step_ms * length(whs) - toUnixTimestamp64Milli(recorded_at)) AS ms
FROM drover.reading_rows
WHERE ${condition} AND source != 'import' AND recorded_at >= fromUnixTimestamp64Milli({sinceMs: Int64})
  AND start_at >= fromUnixTimestamp64Milli({sinceMs: Int64} - ${DAY_MS})
GROUP BY device_id`

/** By device. Rejects where analytics does not answer. */
export async function readHeard(client: ClickHouseClient, which: Which, nowMs: number): Promise<ReadonlyMap<string, Heard>> {
  const condition = 'deviceId' in which ? 'device_id = {id: String}' : 'partition = {partition: UInt16}'
  const params = 'deviceId' in which ? { id: which.deviceId } : { partition: which.partition }
  const ask = async (query: string): Promise<ReadonlyMap<string, number>> => {
    const answer = await client.query({ query, query_params: { ...params, sinceMs: nowMs - DAY_MS }, format: 'JSONEachRow' })
    return new Map((await answer.json<{ id: string; ms: string }>()).map(({ id, ms }) => [id, Number(ms)]))
  }
  const lead = await ask(leads(condition))
  return new Map([...(await ask(received(condition)))].map(([id, receivedMs]) => [id, { receivedMs, clockLeadMs: lead.get(id) ?? null }]))
}
