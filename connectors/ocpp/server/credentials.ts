/** By what a station shows who it is: a password (security profiles 1 and 2) or a certificate (profile 3). */
import type { PeerCertificate } from 'node:tls'

export type Credentials =
  /** undefined where the station sent none. */
  { kind: 'password'; password: Uint8Array | undefined } | ({ kind: 'certificate' } & StationCertificate)

/** Of a certificate that an authority of ours signed and did not revoke. */
export type StationCertificate = {
  /** '' where the subject has none, or several. */
  commonName: string
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string
}

export function certificateOf({ subject, fingerprint256 }: Pick<PeerCertificate, 'subject' | 'fingerprint256'>): StationCertificate {
  const commonName: unknown = subject?.CN
  return { commonName: typeof commonName === 'string' ? commonName : '', sha256: plainHex(fingerprint256) }
}

/** The registered fingerprint decides where there is one; else the common name must be the station's id. */
export function isOwn(id: string, { commonName, sha256 }: StationCertificate, registeredSha256: string | undefined): boolean {
  return registeredSha256 === undefined || registeredSha256 === '' ? commonName === id : plainHex(registeredSha256) === sha256
}

const plainHex = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase()
