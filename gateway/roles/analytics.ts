/** The role that owns the embedded ClickHouse engine, loads the log into it and serves it. */
import { join } from 'node:path'
import { startAnalytics } from '../analytics/start.ts'
import { readUsers } from '../analytics/users.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

export async function startAnalyticsRole({ environment, session, log }: RoleParts): Promise<RunningRole> {
  const { stack, dataDir, clock } = environment
  const analytics = await startAnalytics({
    dataDir: join(dataDir, 'clickhouse'),
    port: Number(new URL(stack.clickhouseUrl).port),
    reader: session.follower(),
    users: readUsers(stack.clickhouseUsersFile),
    log: (line) => log.info({ role: 'analytics' }, line),
    nowMs: clock.nowMs,
  })
  return { stop: analytics.stop, failed: never }
}
