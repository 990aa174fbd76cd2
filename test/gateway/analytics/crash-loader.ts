/** Loads the log of crash-log.ts into the folder named on the command line, and hangs before it would note the position. */
import { applyDdl } from '../../../gateway/analytics/ddl.ts'
import { openEmbeddedEngine } from '../../../gateway/analytics/embedded/engine.ts'
import { rowMakers } from '../../../gateway/analytics/loaded-topics.ts'
import { startLoader } from '../../../gateway/analytics/loader.ts'
import { fillLog } from './crash-log.ts'
import { createMemoryReader } from './memory-reader.ts'

const engine = openEmbeddedEngine(process.argv[2] ?? '')
await applyDdl(engine)
const reader = createMemoryReader()
fillLog(reader)
const hanging = new Promise<never>(() => undefined)
setInterval(() => undefined, 60_000)
await startLoader({
  engine: {
    ...engine,
    command: async (sql) => {
      if (!sql.startsWith('INSERT INTO drover.loader_positions')) return engine.command(sql)
      console.log('rows are in')
      return hanging
    },
  },
  reader,
  rowMakers,
  log: console.error,
  nowMs: () => 0,
})
