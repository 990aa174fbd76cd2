/** Validates documents against a public XML schema with xmllint, where both are at hand. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why nothing can be validated here; undefined = it can. `xsd`: path of the schema; undefined = it is not here, which `otherwise` says. */
export function validationMissing(xsd: string | undefined, otherwise: string): string | undefined {
  if (xsd === undefined) return otherwise
  return spawnSync('xmllint', ['--version']).error === undefined ? undefined : 'xmllint not installed'
}

/** The complaints of xmllint by document, empty for a valid one; one run for all, since loading the schema is what takes time. */
export function complaintsAgainst(xsd: string, documents: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'xmllint-'))
  try {
    const paths = documents.map((_, index) => join(folder, `${index}.xml`))
    for (const [index, path] of paths.entries()) writeFileSync(path, documents[index] ?? '')
    const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema', xsd, ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 })
    const lines = run.stderr.split('\n')
    return paths.map((path) => {
      const own = lines.filter((line) => line.startsWith(path))
      return own.includes(`${path} validates`) ? '' : own.join('\n') || run.stderr
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
