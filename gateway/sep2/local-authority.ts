/** The authority of one machine: made where there are no settings yet, issues certificates of clients, and takes them back. */
import { X509Certificate } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lfdiOf, sfdiOf } from '../../connectors/sep2/identity.ts'
import { type Authority, createAuthority, openAuthority } from '../../connectors/sep2/tls/authority.ts'
import { readSep2Settings } from './settings.ts'

export interface Certified {
  readonly certFile: string
  readonly keyFile: string
  readonly caFile: string
  readonly lfdi: string
  readonly sfdi: number
}

const writeSecret = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/g

/** Makes authority, server certificate and settings where there are none, for a listener on `hosts`. */
export async function ensureSep2Settings(file: string, hosts: readonly string[]): Promise<void> {
  if (existsSync(file)) return
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const authority = await createAuthority('Drover, authority of one machine')
  const server = await authority.issueServer(hosts)
  const names = {
    certFile: 'server.crt.pem',
    keyFile: 'server.key.pem',
    caFile: 'ca.crt.pem',
    caKeyFile: 'ca.key.pem',
    crlFile: 'ca.crl.pem',
  }
  writeSecret(join(folder, names.certFile), server.cert)
  writeSecret(join(folder, names.keyFile), server.key)
  writeSecret(join(folder, names.caFile), authority.cert)
  writeSecret(join(folder, names.caKeyFile), authority.key)
  writeSecret(join(folder, names.crlFile), await authority.revoke([]))
  // Last, for what it names is there then.
  writeSecret(file, `${JSON.stringify(names, null, 2)}\n`)
}

async function authorityOf(settingsFile: string): Promise<Authority> {
  const { caFile, caKeyFile } = readSep2Settings(settingsFile)
  if (caKeyFile === undefined)
    throw new Error(`${settingsFile}: names no caKeyFile; have certificates issued by the authority that signs your clients`)
  return openAuthority({ cert: readFileSync(caFile, 'utf8'), key: readFileSync(caKeyFile, 'utf8') })
}

const clientFile = (folder: string, deviceId: string, ending: string): string =>
  join(folder, `${encodeURIComponent(deviceId)}.${ending}.pem`)

/** Issues a certificate for a device, or an aggregator, into `folder`. Throws where there is one for it already. */
export async function certify(settingsFile: string, deviceId: string, folder: string): Promise<Certified> {
  const authority = await authorityOf(settingsFile)
  const [certFile, keyFile] = [clientFile(folder, deviceId, 'crt'), clientFile(folder, deviceId, 'key')]
  if (existsSync(certFile)) throw new Error(`${certFile}: exists; revoke it and move it away to issue another`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { cert, key } = await authority.issueClient(deviceId)
  writeSecret(keyFile, key)
  writeSecret(certFile, cert)
  const lfdi = lfdiOf(new X509Certificate(cert).fingerprint256)
  return { certFile, keyFile, caFile: readSep2Settings(settingsFile).caFile, lfdi, sfdi: sfdiOf(lfdi) }
}

/** Puts the certificates of a file on the revocation list, with all that were put there before. Returns their LFDIs. */
export async function revoke(settingsFile: string, certFile: string): Promise<readonly string[]> {
  const authority = await authorityOf(settingsFile)
  const { crlFile } = readSep2Settings(settingsFile)
  if (crlFile === undefined) throw new Error(`${settingsFile}: names no crlFile to put them on`)
  const revoked = readFileSync(certFile, 'utf8').match(CERTIFICATE) ?? []
  if (revoked.length === 0) throw new Error(`${certFile}: holds no certificate in PEM`)
  const keptFile = join(dirname(settingsFile), 'revoked.pem')
  appendFileSync(keptFile, `${revoked.join('\n')}\n`, { mode: 0o600 })
  const all = new Set(readFileSync(keptFile, 'utf8').match(CERTIFICATE))
  writeFileSync(`${crlFile}.new`, await authority.revoke([...all]), { mode: 0o600 })
  renameSync(`${crlFile}.new`, crlFile)
  return revoked.map((cert) => lfdiOf(new X509Certificate(cert).fingerprint256))
}
