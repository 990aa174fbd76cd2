/** Runs the analytics process of production beside a row: the embedded engine, the loader that follows the whole log, and its HTTP endpoint. */
import { join } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type AnalyticsUser, ensureUsers, readUsers } from '../../../gateway/analytics/users.ts'
import { eventually } from '../../support/eventually.ts'
import { startScript } from './script.ts'
import type { Stage } from './stage.ts'

export interface AnalyticsOrders {
  readonly brokers: string
  readonly registryUrl: string
  readonly dataDir: string
  readonly usersFile: string
  /** Statements to run on the new tables before anything is loaded. */
  readonly fill: readonly string[]
}

export type AnalyticsReport =
  | { readonly event: 'filled'; readonly statements: number }
  | { readonly event: 'serving'; readonly url: string }
  | { readonly event: 'trouble'; readonly detail: string }

export interface AnalyticsProcess {
  readonly url: string
  /** Who may ask settlement's questions. */
  readonly settlement: { readonly url: string; readonly user: string; readonly password: string }
  /** The one number that a statement answers with. */
  ask(sql: string): Promise<number>
}

const LIMIT_MS = 1_800_000

/** Resolves when it serves; loading has begun then. */
export async function startAnalyticsProcess(stage: Stage, fill: readonly string[] = []): Promise<AnalyticsProcess> {
  const { brokers, registryUrl, log } = stage
  const dataDir = stage.folder('analytics')
  const usersFile = join(stage.folder('secrets'), 'clickhouse-users.json')
  ensureUsers(usersFile)
  let url: string | undefined
  const orders: AnalyticsOrders = { brokers, registryUrl, dataDir, usersFile, fill }
  const script = startScript(stage, new URL('./analytics-main.ts', import.meta.url), orders, (line) => {
    const report = line as AnalyticsReport
    if (report.event === 'serving') url = report.url
    if (report.event === 'filled' && report.statements % 5 === 0) log(`filled ${report.statements} of ${fill.length}`)
    if (report.event === 'trouble') log(`analytics: ${report.detail}`)
  })
  const ended = (): never => {
    throw new Error('the analytics process ended before it served')
  }
  const served = await eventually('analytics to serve', () => url ?? (script.child.exitCode === null ? undefined : ended()), LIMIT_MS)
  const users = readUsers(usersFile)
  const settlement = userOf(users, 'settlement')
  return {
    url: served,
    settlement: { url: served, user: settlement.name, password: settlement.password },
    ask: askerOf(stage, served, users),
  }
}

function userOf(users: readonly AnalyticsUser[], role: AnalyticsUser['role']): AnalyticsUser {
  const user = users.find((one) => one.role === role)
  if (!user) throw new Error(`no user of role ${role}`)
  return user
}

function askerOf(stage: Stage, url: string, users: readonly AnalyticsUser[]): AnalyticsProcess['ask'] {
  const { name, password } = userOf(users, 'analyst')
  const client = createClient({ url, username: name, password, request_timeout: 300_000, log: { level: ClickHouseLogLevel.OFF } })
  stage.onStop(() => client.close())
  return async (sql) => {
    const result = await client.query({ query: sql, format: 'JSONCompactEachRow' })
    const [row] = await result.json<readonly (string | number)[]>()
    return Number(row?.[0])
  }
}
