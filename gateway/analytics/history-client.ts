/** Answers settlement's questions about the past from ClickHouse: waits until the loader has come far enough, then asks once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { HistoryAnswer, HistoryQuestion, UnitEnergies } from '../../processors/settlement/history.ts'
import { settlementIntervals } from '../../topics/catalogue.ts'
import { generalStatement, readGeneral } from './history/general.ts'
import type { HistoryStatement } from './history/pinned-rows.ts'
import { readSimple, simpleStatement } from './history/simple.ts'

export interface HistoryClientOptions {
  readonly url: string
  readonly user: string
  readonly password: string
  /** Told before each further try: while the loader has not come far enough nobody is, since that is ordinary. */
  readonly onRetry?: (reason: string) => void
}

/** Tries until it has the answer or is closed, since whoever asks has nobody else to ask; rejects then, and when the question is not sound. */
export interface HistoryClient {
  (question: HistoryQuestion): Promise<HistoryAnswer>
  close(): Promise<void>
}

const FIRST_PAUSE_MS = 20
/** While the loader comes nearer … */
const LONGEST_PAUSE_MS = 500
/** … and while ClickHouse refuses or is away. */
const LONGEST_REFUSED_PAUSE_MS = 10_000
const REQUEST_LIMIT_MS = 180_000

export function createHistoryClient({ url, user, password, onRetry }: HistoryClientOptions): HistoryClient {
  const client = createClient({
    url,
    username: user,
    password,
    request_timeout: REQUEST_LIMIT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  })
  const closing = new AbortController()
  /** By partition: the offset below which everything is known to be loaded. It only grows. */
  const loaded = new Map<number, number>()

  /** Repeats `attempt` until it gives something; undefined = not yet. */
  async function patiently<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS, longestMs = LONGEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
      try {
        const result = await attempt()
        if (result !== undefined) return result
        longestMs = LONGEST_PAUSE_MS
      } catch (error) {
        if (closing.signal.aborted) throw error
        longestMs = LONGEST_REFUSED_PAUSE_MS
        onRetry?.(error instanceof Error ? error.message : String(error))
      }
      await sleep(pauseMs, undefined, { signal: closing.signal, ref: false })
    }
  }

  async function hasLoaded(partition: number, offset: number): Promise<true | undefined> {
    if ((loaded.get(partition) ?? 0) <= offset) loaded.set(partition, await readLoaded(client, partition))
    return (loaded.get(partition) ?? 0) > offset ? true : undefined
  }

  async function ask({ sql, params }: HistoryStatement): Promise<Buffer> {
    const { stream } = await client.exec({ query: sql, query_params: params })
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }

  async function answer(question: HistoryQuestion): Promise<HistoryAnswer> {
    const { unitIds, historyPartition, historyOffset, spans } = question
    if (historyOffset < 0 || unitIds.length === 0 || spans.length === 0) return { units: unitIds.map(withoutRows) }
    const statement = simpleStatement(question)
    await patiently(() => hasLoaded(historyPartition, historyOffset))
    const { found, others } = readSimple(question, await patiently(() => ask(statement)))
    const general = generalStatement({ ...question, unitIds: others })
    const rest = others.length > 0 ? readGeneral(await patiently(() => ask(general))) : new Map<string, UnitEnergies>()
    return { units: unitIds.map((unitId) => found.get(unitId) ?? rest.get(unitId) ?? withoutRows(unitId)) }
  }

  return Object.assign(answer, {
    close() {
      closing.abort()
      return client.close()
    },
  })
}

async function readLoaded(client: ClickHouseClient, partition: number): Promise<number> {
  const result = await client.query({
    query: 'SELECT max(next_offset) AS next FROM drover.loader_positions WHERE topic = {topic:String} AND partition = {partition:UInt16}',
    query_params: { topic: settlementIntervals.name, partition },
    format: 'JSONEachRow',
  })
  const [row] = await result.json<{ next: string | number }>()
  return Number(row?.next ?? 0)
}

function withoutRows(unitId: string): UnitEnergies {
  return {
    unitId,
    startMs: new Float64Array(),
    wh: new Float64Array(),
    quality: new Uint8Array(),
    coveragePermille: new Uint16Array(),
    named: new Uint8Array(),
    devicesLeftOut: 0,
  }
}
