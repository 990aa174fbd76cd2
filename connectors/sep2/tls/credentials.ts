/** What the listener shows and whom it believes, from files. */

import { constants } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContextOptions } from 'node:tls'
import type { KeyPair } from './ciphers.ts'

export interface CredentialFiles {
  readonly cert: string
  readonly key: string
  /** Authorities that sign clients. */
  readonly ca: string
  /** Revocation lists; one for every authority in the chain of any client, or no client of it gets in. Absent = none is revoked. */
  readonly crl?: string | undefined
}

export interface Credentials extends KeyPair {
  readonly ca: string
  readonly crl: readonly string[]
}

/** Throws naming the file that cannot be read. */
export function readCredentials({ cert, key, ca, crl }: CredentialFiles): Credentials {
  const read = (file: string): string => readFileSync(file, 'utf8')
  return { cert: read(cert), key: read(key), ca: read(ca), crl: crl === undefined ? [] : listsOf(read(crl)) }
}

/** Node takes one list at a time. */
const listsOf = (pem: string): string[] => pem.match(/-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g) ?? []

export function contextOf({ cert, key, ca, crl }: Credentials, ciphers: string): SecureContextOptions {
  return {
    cert,
    key,
    ca,
    ciphers,
    minVersion: 'TLSv1.2',
    // A ticket would let in who has been revoked since.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ...(crl.length === 0 ? {} : { crl: [...crl] }),
  }
}
