/** Makes certificates for tests with openssl: an authority, and what it signs. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why certificates cannot be made here; undefined = they can. */
export const opensslMissing: string | undefined =
  spawnSync('openssl', ['version']).error === undefined ? undefined : 'openssl not installed'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface Authority extends Certificate {
  /** A certificate for 127.0.0.1; `expired` = it ended in 2021. */
  issue(name: string, how?: { readonly expired?: boolean; readonly rsa?: boolean }): Certificate
  /** Takes back what was issued under a name; told by the next `crl`. */
  revoke(name: string): void
  /** The list of what was taken back, PEM. */
  crl(): string
  remove(): void
}

function openssl(folder: string, args: readonly string[]): void {
  const run = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${run.stderr}`)
}

const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const rsaKey = ['-newkey', 'rsa:2048', '-nodes']

const config = `[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`

export function createAuthority(name = 'authority'): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  writeFileSync(join(folder, 'ca.cnf'), config)
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(join(folder, 'serial'), '1000\n')
  openssl(folder, ['req', '-x509', ...elliptic, '-days', '2', '-subj', `/CN=${name}`, '-keyout', 'ca.key', '-out', 'ca.pem'])
  return {
    cert: read('ca.pem'),
    key: read('ca.key'),
    issue(subject, { expired = false, rsa = false } = {}) {
      const request = ['req', '-new', ...(rsa ? rsaKey : elliptic), '-subj', `/CN=${subject}`, '-addext', 'subjectAltName=IP:127.0.0.1']
      openssl(folder, [...request, '-keyout', `${subject}.key`, '-out', `${subject}.csr`])
      const period = expired ? ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'] : ['-days', '2']
      openssl(folder, ['ca', '-batch', '-notext', '-config', 'ca.cnf', ...period, '-in', `${subject}.csr`, '-out', `${subject}.pem`])
      return { cert: read(`${subject}.pem`), key: read(`${subject}.key`) }
    },
    revoke: (subject) => openssl(folder, ['ca', '-config', 'ca.cnf', '-revoke', `${subject}.pem`]),
    crl() {
      openssl(folder, ['ca', '-config', 'ca.cnf', '-gencrl', '-crldays', '2', '-out', 'ca.crl'])
      return read('ca.crl')
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
