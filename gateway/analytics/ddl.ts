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

/** Throws naming the file that the engine refuses. */
export async function applyDdl(engine: Engine): Promise<void> {
  for (const { file, sql } of ddlStatements()) {
    try {
      await engine.command(sql)
    } catch (error) {
      throw new Error(`schemas/clickhouse/${file}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
