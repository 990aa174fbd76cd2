/** ClickHouse as a server or cluster, by the official client. */
import { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type Engine, insertHead } from './engine.ts'

const REQUEST_LIMIT_MS = 120_000

/** `url`: http://user:password@host:port; the user may create and fill tables of the database drover. */
export function openServerEngine(url: string): Engine {
  const client = createClient({
    url,
    request_timeout: REQUEST_LIMIT_MS,
    compression: { request: true },
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return {
    async command(query) {
      await client.command({ query })
    },
    async rows<T>(query: string) {
      const result = await client.query({ query, format: 'JSONEachRow' })
      return result.json<T>()
    },
    async insert(insertion) {
      const { stream } = await client.exec({ query: insertHead(insertion), values: Readable.from([insertion.body], { objectMode: false }) })
      stream.resume()
    },
    close: () => client.close(),
  }
}
