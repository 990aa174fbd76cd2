/** Validates documents against the public schema of IEEE 2030.5, with the elements of CSIP-AUS, where schema and xmllint are at hand. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const standards = [process.env.DROVER_STANDARDS, process.env.STANDARDS_DIR, '../shared/standards']
  .filter((root) => root !== undefined)
  .map((root) => join(root, 'ieee-2030.5'))
  .find((folder) => existsSync(join(folder, 'sep.xsd')))

/** Why nothing can be validated here; undefined = it can. */
export const schemaMissing: string | undefined =
  standards === undefined
    ? 'the schema of IEEE 2030.5 is not at hand; set DROVER_STANDARDS'
    : spawnSync('xmllint', ['--version']).error !== undefined
      ? 'xmllint not installed'
      : undefined

/** The complaints of xmllint by document, empty for a valid one; one run for all, since loading the schema is what takes time. */
export function complaintsOf(documents: readonly string[], schema: 'sep.xsd' | 'csipaus-core.xsd'): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sep2-'))
  try {
    const paths = documents.map((_, index) => join(folder, `${index}.xml`))
    for (const [index, path] of paths.entries()) writeFileSync(path, documents[index] ?? '')
    const args = ['--nonet', '--noout', '--schema', join(standards ?? '', schema), ...paths]
    const run = spawnSync('xmllint', args, { encoding: 'utf8', maxBuffer: 1 << 26 })
    const lines = run.stderr.split('\n')
    return paths.map((path) => {
      const own = lines.filter((line) => line.startsWith(path))
      return own.includes(`${path} validates`) ? '' : own.join('\n') || run.stderr
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
