/** The ClickHouse engine inside this process, on one data folder that no other process may have open. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ChdbResult, drainPending, Session } from 'chdb'
import { type Engine, insertHead } from '../engine.ts'
import { writeAccess } from './access.ts'

/** One statement, as somebody outside asks for it. */
export interface Statement {
  readonly sql: string
  /** Values of `{name:Type}`, escaped as in TSV: what `param_name` is over HTTP. */
  readonly params: Readonly<Record<string, string>>
  /** Settings of this statement only. */
  readonly settings: Readonly<Record<string, string>>
  /** Format of the result where the statement names none. */
  readonly format: string
}

export interface EmbeddedEngine extends Engine {
  /** The statement as the engine's parser understands it, without comments; rejects unless it is exactly one. */
  canonical(sql: string): Promise<string>
  /** Runs a statement that may not write, in a session of its own: no setting survives it. */
  read(statement: Statement, limits: Readonly<Record<string, number>>): Promise<Uint8Array>
  /** Runs a statement that may write, in a session of its own. */
  write(statement: Statement): Promise<void>
  /** A path for a file that only this process reads. */
  temporaryFile(): string
}

/**
 * Sessions are opened from chdb itself: its connection for the official client takes no engine arguments, by which access is limited,
 * and leaves the settings of one query in force for the next.
 */
export function openEmbeddedEngine(dataDir: string): EmbeddedEngine {
  const path = resolve(dataDir, 'engine')
  const incoming = resolve(dataDir, 'incoming')
  rmSync(incoming, { recursive: true, force: true })
  for (const folder of [path, incoming]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const config = `--config-file=${writeAccess(resolve(dataDir))}`
  const open = (...args: readonly string[]) => new Session(path, { connectionArgs: [config, ...args] })
  const own = open()
  const parser = open('--readonly=2')

  async function insideOwnSession(statement: Statement, args: readonly string[]): Promise<ChdbResult> {
    const session = open(...args)
    try {
      await session.queryAsync('USE drover')
      for (const [name, value] of Object.entries(statement.settings)) await session.queryAsync(`SET ${name} = ${quoted(value)}`)
      for (const [name, value] of Object.entries(statement.params)) await session.queryAsync(`SET param_${name} = ${quoted(value)}`)
      return await session.queryAsync(statement.sql, { format: statement.format })
    } finally {
      session.close()
    }
  }

  return {
    async command(sql) {
      await own.queryAsync(sql)
    },
    async rows<T>(sql: string) {
      const result = await own.queryAsync(`${sql} SETTINGS output_format_json_quote_64bit_integers = 0`, { format: 'JSONEachRow' })
      return parseLines<T>(result.text())
    },
    async insert(insertion) {
      const file = join(incoming, insertion.table)
      await writeFile(file, insertion.body)
      await own.queryAsync(insertHead(insertion, ` FROM INFILE '${file}'`))
    },
    async canonical(sql) {
      try {
        const result = await parser.queryBindAsync('SELECT formatQuerySingleLine({q:String}) AS sql', { q: sql }, { format: 'JSONEachRow' })
        return parseLines<{ sql: string }>(result.text())[0]?.sql ?? ''
      } catch (error) {
        throw new Error(String(error).replace(/: In scope SELECT formatQuerySingleLine\(.*?\) AS sql(?=\. \([A-Z_]+\)$)/s, ''))
      }
    },
    async read(statement, limits) {
      const args = Object.entries(limits).map(([name, value]) => `--${name}=${value}`)
      return (await insideOwnSession(statement, ['--readonly=2', ...args])).bytes()
    },
    async write(statement) {
      await insideOwnSession(statement, [])
    },
    temporaryFile: () => join(incoming, randomUUID()),
    async close() {
      await drainPending()
      for (const session of [own, parser]) session.close()
      await drainPending()
    },
  }
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const parseLines = <T>(text: string): readonly T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
