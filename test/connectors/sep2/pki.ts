/** Certificates of tests, made once: an authority, a server, and a client for every name. */
import { X509Certificate } from 'node:crypto'
import { lfdiOf } from '../../../connectors/sep2/identity.ts'
import { type Authority, createAuthority, type Issued } from '../../../connectors/sep2/tls/authority.ts'
import type { Credentials } from '../../../connectors/sep2/tls/credentials.ts'

export interface ClientCertificate extends Issued {
  readonly lfdi: string
}

const made: { authority?: Promise<Authority>; server?: Promise<Issued> } = {}
const clients = new Map<string, Promise<ClientCertificate>>()

export const authority = (): Promise<Authority> => {
  made.authority ??= createAuthority('test authority')
  return made.authority
}

/** What a server under test shows, and whom it believes. */
export async function serverCredentials(crl: readonly string[] = []): Promise<Credentials> {
  const { cert: ca, issueServer } = await authority()
  made.server ??= issueServer(['127.0.0.1', 'localhost'])
  return { ...(await made.server), ca, crl }
}

export const lfdiOfPem = (cert: string): string => lfdiOf(new X509Certificate(cert).fingerprint256)

export function clientCertificate(name: string): Promise<ClientCertificate> {
  const known = clients.get(name) ?? issue(name)
  clients.set(name, known)
  return known
}

async function issue(name: string): Promise<ClientCertificate> {
  const issued = await (await authority()).issueClient(name)
  return { ...issued, lfdi: lfdiOfPem(issued.cert) }
}
