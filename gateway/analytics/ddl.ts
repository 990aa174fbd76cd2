/** Brings the tables and views of schemas/clickhouse into being, in the order of their file names; again changes nothing. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Engine } from './engine.ts'

const folder = fileURLToPath(new URL('../../schemas/clickhouse', import.meta.url))

/** All statements, with the file that each stands in. */
export function ddlStatements(): readonly { readonly file: string; readonly sql: string }[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  return files.sort().flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split(/;\s*\n/)
      .map((sql) => sql.trim())
      .filter((sql) => sql !== '')
      .map((sql) => ({ file, sql })),
  )
}

/**
 * Throws naming the file that the engine refuses. Columns that a table of an earlier version lacks are added, empty for its rows; those of
 * another type are converted.
 */
export async function applyDdl(engine: Engine): Promise<void> {
  for (const { file, sql } of ddlStatements()) {
    try {
      await engine.command(sql)
      for (const change of await changesTo(engine, sql)) await engine.command(change)
    } catch (error) {
      throw new Error(`schemas/clickhouse/${file}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

async function changesTo(engine: Engine, sql: string): Promise<readonly string[]> {
  const [, table] = /CREATE TABLE IF NOT EXISTS drover\.(\w+)/.exec(sql) ?? []
  if (table === undefined) return []
  const found = await engine.rows<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns WHERE database = 'drover' AND table = '${table}'`,
  )
  const types = new Map(found.map(({ name, type }) => [name, type]))
  return [...sql.matchAll(/^ {2}((\w+) (.*?)(?= (?:COMMENT|CODEC|DEFAULT) |,?$).*?),?$/gm)].flatMap(([, definition, name = '', type]) => {
    const known = types.get(name)
    if (known === type) return []
    return `ALTER TABLE drover.${table} ${known === undefined ? 'ADD' : 'MODIFY'} COLUMN ${definition}`
  })
}
