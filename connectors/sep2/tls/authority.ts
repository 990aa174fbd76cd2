/** A certificate authority for one machine: for trying the protocol out, not for a fleet in the field. */
import { webcrypto } from 'node:crypto'

/** PEM. */
export interface Issued {
  readonly cert: string
  readonly key: string
}

export interface Authority extends Issued {
  /** For a listener on these hosts, which may be addresses. */
  issueServer(hosts: readonly string[]): Promise<Issued>
  issueClient(name: string): Promise<Issued>
  /** A list of certificates that this authority takes back. */
  revoke(certs: readonly string[]): Promise<string>
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
const YEARS_MS = 10 * 365 * DAY_MS

/** Loaded where it is used: the polyfill that it needs is nobody else's business. */
async function library() {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(webcrypto as never)
  return x509
}
type X509 = Awaited<ReturnType<typeof library>>

/** Not as text, in which a comma would begin another attribute. */
const called = (name: string) => [{ CN: [name] }]
const newKeys = () => webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
/** Positive, and written alike by everybody (RFC 5280, 4.1.2.2): no leading zero. */
const serial = (): string =>
  `5${Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
    .toString('hex')
    .slice(1)}`
/** A clock that runs a little behind finds them valid. */
const validity = () => ({ notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + YEARS_MS) })

const pem = (label: string, der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
const keyPemOf = async (key: webcrypto.CryptoKey) => pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key))

export async function createAuthority(name: string): Promise<Authority> {
  const x509 = await library()
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: called(name),
    ...validity(),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return authorityOf(x509, { cert: certificate.toString('pem'), key: await keyPemOf(keys.privateKey) }, keys.privateKey)
}

/** The authority that was made before. Throws where the key is none of a P-256 curve. */
export async function openAuthority(issued: Issued): Promise<Authority> {
  const der = Buffer.from(issued.key.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return authorityOf(await library(), issued, await webcrypto.subtle.importKey('pkcs8', der, CURVE, false, ['sign']))
}

function authorityOf(x509: X509, issued: Issued, signingKey: webcrypto.CryptoKey): Authority {
  const authority = new x509.X509Certificate(issued.cert)
  const issuer = authority.subjectName

  async function issue(name: string, extensions: InstanceType<X509['Extension']>[]): Promise<Issued> {
    const keys = await newKeys()
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: called(name),
      issuer,
      ...validity(),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: SIGNING,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
        ...extensions,
      ],
    })
    return { cert: certificate.toString('pem'), key: await keyPemOf(keys.privateKey) }
  }

  return {
    ...issued,
    issueServer: (hosts) => {
      const names = hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const), value }))
      return issue('drover', [new x509.SubjectAlternativeNameExtension(names)])
    },
    issueClient: (name) => issue(name, []),
    async revoke(certs) {
      const entries = certs.map((cert) => ({
        serialNumber: new x509.X509Certificate(cert).serialNumber,
        revocationDate: new Date(),
        // Without a reason an entry would have an empty list of extensions, which is none of X.509.
        reason: x509.X509CrlReason.cessationOfOperation,
      }))
      const { notBefore: thisUpdate, notAfter: nextUpdate } = validity()
      const list = { issuer, thisUpdate, nextUpdate, entries, signingAlgorithm: SIGNING, signingKey }
      return pem('X509 CRL', (await x509.X509CrlGenerator.create(list)).rawData)
    },
  }
}
