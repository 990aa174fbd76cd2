/** Asks ClickHouse as an analyst does: over HTTP, with the official client, by a user who may only read. */
import { createClient } from '@clickhouse/client'
import { readUsers } from '../../gateway/analytics/users.ts'
import type { Stack } from '../../gateway/cli/stack-file.ts'

export interface Analyst {
  /** Rows with numbers as numbers. */
  ask<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<readonly T[]>
  close(): Promise<void>
}

export function createAnalyst({ clickhouseUrl, clickhouseUsersFile }: Stack): Analyst {
  const user = readUsers(clickhouseUsersFile).find(({ role }) => role === 'analyst')
  if (!user) throw new Error(`${clickhouseUsersFile}: has no analyst`)
  const client = createClient({ url: clickhouseUrl, username: user.name, password: user.password })
  return {
    async ask<T>(sql: string, params: Readonly<Record<string, unknown>> = {}) {
      const settings = { output_format_json_quote_64bit_integers: 0 } as const
      const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow', clickhouse_settings: settings })
      return result.json<T>()
    },
    close: () => client.close(),
  }
}
