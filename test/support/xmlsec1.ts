/** Verifies XML signatures with xmlsec1, which shares no code with Drover. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why nothing can be verified here; undefined = it can. */
export const xmlsec1Missing: string | undefined =
  spawnSync('xmlsec1', ['--version']).error === undefined ? undefined : 'xmlsec1 not installed'

const ids = ['http://openadr.org/oadr-2.0b/2012/07:oadrSignedObject', 'http://www.w3.org/2000/09/xmldsig#:Object']

/** What xmlsec1 says of a document: empty = every reference holds. `trusted` is a certificate in PEM. */
export function xmlsec1(document: string, trusted: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'xmlsec1-'))
  try {
    writeFileSync(join(folder, 'd.xml'), document)
    writeFileSync(join(folder, 't.pem'), trusted)
    const run = spawnSync('xmlsec1', ['--verify', '--trusted-pem', 't.pem', ...ids.flatMap((id) => ['--id-attr:Id', id]), 'd.xml'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return run.status === 0 && /References \(ok\/all\): 2\/2/.test(run.stderr) ? '' : run.stderr
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
