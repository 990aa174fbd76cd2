/** The role that makes the reports that VTNs asked for. */
import { createClickHouseSource, queryWith } from '../reporting/clickhouse-source.ts'
import { startReporter } from '../reporting/start.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

export async function startReportingRole({ environment, session, log }: RoleParts): Promise<RunningRole> {
  const reporter = startReporter({
    writer: await session.writer(),
    reader: session.follower(),
    source: createClickHouseSource(queryWith(session.clickhouse())),
    clock: environment.clock,
    log: log.child({ role: 'reporting' }),
  })
  return { stop: reporter.stop, failed: never }
}
