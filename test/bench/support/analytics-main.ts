/** A process that owns the embedded ClickHouse engine, fills it where it is told to, loads the log into it and serves it, until it is told to stop. */
import { applyDdl } from '../../../gateway/analytics/ddl.ts'
import { openEmbeddedEngine } from '../../../gateway/analytics/embedded/engine.ts'
import { startAnalytics } from '../../../gateway/analytics/start.ts'
import { readUsers } from '../../../gateway/analytics/users.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { createSchemas } from '../../../topics/registry.ts'
import type { AnalyticsOrders, AnalyticsReport } from './analytics.ts'

const { brokers, registryUrl, dataDir, usersFile, fill } = JSON.parse(process.argv[2] ?? '{}') as AnalyticsOrders
const report = (line: AnalyticsReport): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

process.stdin.on('end', () => process.exit(1)).resume()
process.on('SIGINT', () => undefined)

if (fill.length > 0) {
  const engine = openEmbeddedEngine(dataDir)
  await applyDdl(engine)
  for (const [index, sql] of fill.entries()) {
    await engine.command(sql)
    report({ event: 'filled', statements: index + 1 })
  }
  await engine.close()
}

const analytics = await startAnalytics({
  dataDir,
  port: 0,
  reader: createLogReader({ brokers, schemas: createSchemas({ url: registryUrl }), name: 'drover.bench.analytics' }),
  users: readUsers(usersFile),
  log: (line) => report({ event: 'trouble', detail: line }),
})
process.on('SIGTERM', () => void analytics.stop().then(() => process.exit(0)))
report({ event: 'serving', url: analytics.url })
