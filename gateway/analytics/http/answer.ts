/** Answers a request: runs the statement as the user may, within that user's limits. */
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { EmbeddedEngine } from '../embedded/engine.ts'
import { type AnalyticsRole, type AnalyticsUser, findUser } from '../users.ts'
import { readIntoFile, readText } from './body.ts'
import { denied, malformed, unauthorized } from './fault.ts'
import { judge, type Verdict } from './gate.ts'
import type { Asked } from './request.ts'

const MAX_STATEMENT_BYTES = 4 << 20
const MAX_INSERT_BYTES = 1 << 30

/** Settings in force unless the statement sets others, which it may up to the ceilings of embedded/access.ts. */
const GB = 2 ** 30
const analyst = { max_execution_time: 60, max_result_bytes: GB / 8, max_memory_usage: GB, max_bytes_before_external_group_by: GB / 2 }
const LIMITS: Readonly<Record<AnalyticsRole, Readonly<Record<string, number>>>> = {
  analyst,
  loader: analyst,
  settlement: { ...analyst, max_execution_time: 120, max_result_bytes: GB / 2, max_memory_usage: 2 * GB },
}

export interface AnswerParts {
  readonly engine: EmbeddedEngine
  readonly users: readonly AnalyticsUser[]
  /** Of gate.ts. */
  readonly forbidden: ReadonlySet<string>
}

/** Bytes in the format asked for; empty after an INSERT. Throws HttpFault, or what the engine says. */
export async function answer({ engine, users, forbidden }: AnswerParts, asked: Asked, request: IncomingMessage): Promise<Uint8Array> {
  const user = findUser(users, asked.name, asked.password)
  if (!user) throw unauthorized()
  if (/^\s*INSERT\b/i.test(asked.query)) {
    const verdict = judge(await engine.canonical(asked.query), forbidden)
    if (user.role !== 'loader') throw denied(`${user.name}: Cannot execute query in readonly mode`)
    if (verdict.kind === 'insert') return insert(engine, verdict, asked, request)
    throw denied(verdict.kind === 'refused' ? verdict.reason : 'this is no INSERT')
  }
  const body = await readText(request, MAX_STATEMENT_BYTES)
  const sql = [asked.query, body].filter((part) => part.trim() !== '').join('\n')
  if (sql === '') throw malformed('Empty query')
  const canonical = await engine.canonical(sql)
  const verdict = judge(canonical, forbidden)
  if (verdict.kind === 'refused') throw denied(`${user.name}: ${verdict.reason}`)
  if (verdict.kind === 'insert') throw denied(`${user.name}: Cannot execute query in readonly mode`)
  return engine.read({ ...asked, sql: canonical }, LIMITS[user.role])
}

/** The rows go by way of a file, in whatever format they are; the engine reads it as its own client would. */
async function insert(
  engine: EmbeddedEngine,
  { head, settings, format }: Extract<Verdict, { kind: 'insert' }>,
  asked: Asked,
  request: IncomingMessage,
): Promise<Uint8Array> {
  const file = engine.temporaryFile()
  try {
    const bytes = await readIntoFile(request, file, MAX_INSERT_BYTES)
    if (bytes > 0) await engine.write({ ...asked, sql: `${head} FROM INFILE '${file}'${settings} FORMAT ${format}` })
    return new Uint8Array()
  } finally {
    await rm(file, { force: true })
  }
}
