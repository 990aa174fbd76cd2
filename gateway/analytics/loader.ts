/** Loads the log into ClickHouse: follows the topics, gathers rows, inserts them, then notes how far it has come. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Followed, LogReader } from '../../processors/runtime/log.ts'
import type { AnyTopic } from '../../topics/define.ts'
import { type Batch, createBatch } from './batch.ts'
import type { Engine } from './engine.ts'
import { readPositions, writePositions } from './positions.ts'
import { RowError, type RowMaker, type Valued } from './rows/declare.ts'

export interface LoaderOptions {
  readonly engine: Engine
  readonly reader: LogReader
  readonly rowMakers: readonly RowMaker[]
  readonly log: (line: string) => void
  readonly nowMs: () => number
  /** A batch is inserted when it has so many rows … */
  readonly maxRows?: number
  /** … or so many bytes … */
  readonly maxBytes?: number
  /** … or when its first record has waited so long, real ms: ClickHouse merges whatever is inserted, and wants no more than an insert a second. */
  readonly maxDelayMs?: number
}

export interface Loader {
  /** Settles when everything that was on the log at the start is in the tables. */
  readonly caughtUp: Promise<void>
  /** The next offset that is not yet in the tables; 0 = nothing is. */
  loaderOffset(topic: string, partition: number): number
  /** Inserts what was gathered, and ends. */
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000

export async function startLoader(options: LoaderOptions): Promise<Loader> {
  const { engine, reader, rowMakers, log, nowMs, maxRows = 500_000, maxBytes = 64 * 1024 * 1024, maxDelayMs = 1_000 } = options
  const makers = new Map(rowMakers.map((maker) => [maker.topic.name, maker]))
  const loaded = await readPositions(engine)
  const stopping = new AbortController()
  let gathering = createBatch()
  let inserting: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  /** Repeats until it succeeds, or the loader is stopped: rows that were inserted twice collapse. */
  async function insert(batch: Batch): Promise<void> {
    const insertions = batch.insertions()
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        for (const insertion of insertions) await engine.insert(insertion)
        await writePositions(engine, batch.positions, nowMs())
        for (const { topic, partition, nextOffset } of batch.positions) loaded.set(`${topic}-${partition}`, nextOffset)
        return
      } catch (error) {
        if (stopping.signal.aborted) throw error
        log(`loader: ${error instanceof Error ? error.message : String(error)}; trying again in ${pauseMs} ms`)
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  /** One batch is being inserted while the next is gathered. */
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (gathering.records === 0) return
    const batch = gathering
    gathering = createBatch()
    inserting = inserting.then(() => insert(batch))
    inserting.catch(() => undefined)
  }

  function take(record: Followed<unknown>): void {
    const maker = makers.get(record.topic)
    try {
      if (maker && record.value !== null) gathering.append(maker, record as Valued<unknown>)
    } catch (error) {
      if (!(error instanceof RowError)) throw error
      log(`loader: ${error.message}; left out`)
    }
    gathering.note(record.topic, record.partition, record.offset)
  }

  async function onBatch(records: readonly Followed<unknown>[]): Promise<void> {
    for (const record of records) take(record)
    timer ??= setTimeout(flush, maxDelayMs)
    if (gathering.rows < maxRows && gathering.bytes < maxBytes) return
    await inserting
    flush()
  }

  const topics: readonly AnyTopic[] = rowMakers.map(({ topic }) => topic)
  const following = await reader.follow<unknown>(topics, { offsets: loaded }, onBatch)

  async function drain(): Promise<void> {
    flush()
    await inserting
  }

  const caughtUp = following.caughtUp.then(drain)
  caughtUp.catch(() => undefined)
  return {
    caughtUp,
    loaderOffset: (topic, partition) => loaded.get(`${topic}-${partition}`) ?? 0,
    async stop() {
      stopping.abort()
      await following.stop()
      await drain().catch((error) => log(`loader: the last batch is left for the next start: ${String(error)}`))
    },
  }
}
