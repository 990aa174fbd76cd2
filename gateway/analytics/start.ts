/** Starts the analytics process's work: the engine, its tables, the HTTP endpoint, the loader. */
import type { LogReader } from '../../processors/runtime/log.ts'
import { applyDdl } from './ddl.ts'
import { openEmbeddedEngine } from './embedded/engine.ts'
import { type HttpEndpoint, serveEngine } from './http/server.ts'
import { rowMakers } from './loaded-topics.ts'
import { type Loader, startLoader } from './loader.ts'
import { openServerEngine } from './server-engine.ts'
import type { AnalyticsUser } from './users.ts'

export interface AnalyticsOptions {
  /** Folder of the embedded engine; only this process may have it open. */
  readonly dataDir: string
  /** Of the HTTP endpoint on 127.0.0.1; 0 = any free one. */
  readonly port: number
  readonly reader: LogReader
  readonly users: readonly AnalyticsUser[]
  readonly log: (line: string) => void
  readonly nowMs?: () => number
  /** A ClickHouse server to fill instead, with user and password; nothing is embedded or served then. */
  readonly clickhouseUrl?: string
}

export interface Analytics {
  /** Where ClickHouse's HTTP interface is served. */
  readonly url: string
  readonly loader: Loader
  stop(): Promise<void>
}

/** Resolves when queries are served and the loader follows the log. */
export async function startAnalytics(options: AnalyticsOptions): Promise<Analytics> {
  const { dataDir, port, reader, users, log, nowMs = Date.now, clickhouseUrl } = options
  const embedded = clickhouseUrl === undefined ? openEmbeddedEngine(dataDir) : undefined
  const engine = embedded ?? openServerEngine(clickhouseUrl ?? '')
  let endpoint: HttpEndpoint | undefined
  try {
    await applyDdl(engine)
    if (embedded) endpoint = await serveEngine({ engine: embedded, users, port })
    const loader = await startLoader({ engine, reader, rowMakers, log, nowMs })
    return {
      url: endpoint?.url ?? clickhouseUrl ?? '',
      loader,
      async stop() {
        await loader.stop()
        await endpoint?.stop()
        await engine.close()
      },
    }
  } catch (error) {
    await endpoint?.stop()
    await engine.close()
    throw error
  }
}
