/**
 * Chooses cipher suites so that ECDHE-ECDSA-AES128-CCM8, which every client of IEEE 2030.5 must speak (5.2.2), is served. Whether it
 * is by default depends on the OpenSSL that Node is built with: 3.0 offers it, 3.5 holds its short tag for too weak unless the security
 * level is 0. So it is tried out.
 */
import { duplexPair } from 'node:stream'
import { connect, createSecureContext, DEFAULT_CIPHERS, TLSSocket } from 'node:tls'

export const MANDATORY = 'ECDHE-ECDSA-AES128-CCM8'
/** From the strictest on; the last weakens what else is negotiated too, so it is for this listener only. */
const CANDIDATES = [DEFAULT_CIPHERS, `${MANDATORY}:${DEFAULT_CIPHERS}`, `${MANDATORY}:${DEFAULT_CIPHERS}:@SECLEVEL=0`] as const
const HANDSHAKE_LIMIT_MS = 5_000

export interface KeyPair {
  /** PEM, with the chain. */
  readonly cert: string
  readonly key: string
}

/** Throws where no choice serves the suite with this certificate. */
export async function chooseCiphers(pair: KeyPair): Promise<string> {
  for (const ciphers of CANDIDATES) if (await serves(pair, ciphers)) return ciphers
  throw new Error(`no handshake with ${MANDATORY}: the server's certificate must be of the curve P-256 and signed by ECDSA`)
}

/** A handshake in memory with a client that speaks nothing else. */
async function serves(pair: KeyPair, ciphers: string): Promise<boolean> {
  const [ours, theirs] = duplexPair()
  let server: TLSSocket | undefined
  try {
    server = new TLSSocket(ours as never, { isServer: true, secureContext: createSecureContext({ ...pair, ciphers }) })
    const accepted = server
    accepted.on('error', () => theirs.destroy())
    return await new Promise<boolean>((resolve) => {
      const options = { socket: theirs, ciphers: `${MANDATORY}:@SECLEVEL=0`, maxVersion: 'TLSv1.2', rejectUnauthorized: false } as const
      const client = connect(options, () => resolve(client.getCipher().name === MANDATORY))
      client.on('error', () => resolve(false))
      client.on('close', () => resolve(false))
      setTimeout(() => resolve(false), HANDSHAKE_LIMIT_MS).unref()
    })
  } catch {
    // The certificate or the list is not understood.
    return false
  } finally {
    server?.destroy()
    theirs.destroy()
  }
}
