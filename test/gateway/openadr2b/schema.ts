/** Validates documents against the public OpenADR 2.0b schema with xmllint, where both are at hand. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const xsd = [process.env.DROVER_STANDARDS, '../shared/standards']
  .filter((folder) => folder !== undefined)
  .map((folder) => join(folder, 'openadr-2.0b/oadr_20b.xsd'))
  .find((path) => existsSync(path))

/** Why validation is impossible here, or undefined where it is possible. */
export const schemaMissing: string | undefined =
  xsd === undefined
    ? 'oadr_20b.xsd not found: set DROVER_STANDARDS'
    : spawnSync('xmllint', ['--version']).error !== undefined
      ? 'xmllint not installed'
      : undefined

/** The complaints of xmllint by document, empty for a valid one; one run for all, since loading the schema is what takes time. */
export const complaints = (documents: readonly string[]): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'openadr2b-'))
  try {
    const paths = documents.map((_, index) => join(folder, `${index}.xml`))
    for (const [index, path] of paths.entries()) writeFileSync(path, documents[index] ?? '')
    const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema', xsd ?? '', ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 })
    const lines = run.stderr.split('\n')
    return paths.map((path) => {
      const own = lines.filter((line) => line.startsWith(path))
      return own.includes(`${path} validates`) ? '' : own.join('\n') || run.stderr
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
