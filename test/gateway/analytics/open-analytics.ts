/** A running analytics process on a folder of its own, and clients of its users. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type Analytics, startAnalytics } from '../../../gateway/analytics/start.ts'
import { type AnalyticsRole, type AnalyticsUser, ensureUsers, readUsers } from '../../../gateway/analytics/users.ts'
import type { LogReader } from '../../../processors/runtime/log.ts'

export interface OpenAnalytics extends Analytics {
  readonly dataDir: string
  readonly lines: readonly string[]
  userOf(role: AnalyticsRole): AnalyticsUser
  clientOf(role: AnalyticsRole): ClickHouseClient
  /** Rows of a query that an analyst asks. */
  rows<T>(query: string): Promise<T[]>
  /** Stops everything; the folder stays when it was given. */
  close(): Promise<void>
}

export const freshFolder = () => mkdtempSync(join(tmpdir(), 'drover-analytics-'))

export async function openAnalytics(reader: LogReader, given?: string): Promise<OpenAnalytics> {
  const dataDir = given ?? freshFolder()
  const usersFile = join(dataDir, 'secrets', 'users.json')
  ensureUsers(usersFile)
  const users = readUsers(usersFile)
  const lines: string[] = []
  const analytics = await startAnalytics({ dataDir, port: 0, reader, users, log: (line) => lines.push(line) })
  const clients = new Map<AnalyticsRole, ClickHouseClient>()
  const userOf = (role: AnalyticsRole): AnalyticsUser => {
    const user = users.find((candidate) => candidate.role === role)
    if (!user) throw new Error(`no ${role}`)
    return user
  }
  const clientOf = (role: AnalyticsRole): ClickHouseClient => {
    const { name, password } = userOf(role)
    const options = { url: analytics.url, username: name, password, log: { level: ClickHouseLogLevel.OFF } }
    const client = clients.get(role) ?? createClient(options)
    clients.set(role, client)
    return client
  }
  return {
    ...analytics,
    dataDir,
    lines,
    userOf,
    clientOf,
    async rows<T>(query: string) {
      const settings = { output_format_json_quote_64bit_integers: 0 } as const
      const result = await clientOf('analyst').query({ query, format: 'JSONEachRow', clickhouse_settings: settings })
      return result.json<T>()
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()))
      await analytics.stop()
      if (given === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
