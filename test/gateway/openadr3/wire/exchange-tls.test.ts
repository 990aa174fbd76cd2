/** The exchange over TLS: certificates of either side, and versions of the protocol. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion, TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createExchange, type ExchangeTls } from '../../../../gateway/openadr3/wire/exchange.ts'
import { createAuthority } from '../../../support/certificates.ts'

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined

interface Pair {
  readonly cert: string
  readonly key: string
}

function selfSigned(folder: string, name: string, address = 'IP:127.0.0.1'): Pair {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const run = spawnSync('openssl', [...kind, '-subj', `/CN=${name}`, '-addext', `subjectAltName=${address}`, '-keyout', key, '-out', cert])
  if (run.status !== 0) throw new Error(String(run.stderr))
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

describe.skipIf(!hasOpenssl)('TLS (needs openssl)', () => {
  let folder: string
  let vtn: Pair
  let ven: Pair
  let server: Server | undefined
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'exchange3-'))
    vtn = selfSigned(folder, 'vtn')
    ven = selfSigned(folder, 'ven')
  })
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function serve(
    own: Pair,
    options: { ca?: string; requestCert?: boolean; maxVersion?: SecureVersion; minVersion?: SecureVersion } = {},
  ) {
    server = createServer({ ...own, rejectUnauthorized: true, ...options }, (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate()?.subject?.CN ?? 'nobody')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server?.once('listening', resolve))
    return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/programs`)
  }
  async function get(url: URL, tls: ExchangeTls): Promise<string> {
    const exchange = createExchange({ tls, timeoutMs: 5_000 })
    try {
      return Buffer.from((await exchange.send({ method: 'GET', url, headers: {} })).body).toString()
    } finally {
      exchange.close()
    }
  }

  it('speaks to a VTN whose authority is named', async () => {
    expect(await get(await serve(vtn), { ca: vtn.cert })).toBe('nobody')
  })

  it('speaks to no VTN that it cannot trust', async () => {
    await expect(get(await serve(vtn), {})).rejects.toThrow(/self.signed/)
  })

  it('speaks to no VTN of another name', async () => {
    const other = selfSigned(folder, 'other', 'DNS:other.example')
    await expect(get(await serve(other), { ca: other.cert })).rejects.toThrow(/altnames|alternative/i)
  })

  it('speaks to no VTN whose certificate has expired, or was issued by a foreign authority', async () => {
    const [authority, foreign] = [createAuthority(), createAuthority('foreign')]
    await expect(get(await serve(authority.issue('old', { expired: true })), { ca: authority.cert })).rejects.toThrow(/expired/)
    server?.close()
    await expect(get(await serve(foreign.issue('vtn')), { ca: authority.cert })).rejects.toThrow(/certificate|issuer/)
    authority.remove()
    foreign.remove()
  })

  it('shows the certificate of the VEN where the VTN wants one', async () => {
    const url = await serve(vtn, { ca: ven.cert, requestCert: true })
    expect(await get(url, { ...ven, ca: vtn.cert })).toBe('ven')
    await expect(get(url, { ca: vtn.cert })).rejects.toThrow()
  })

  it('speaks no TLS before 1.2', async () => {
    const url = await serve(vtn, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })
    await expect(get(url, { ca: vtn.cert })).rejects.toThrow(/version|alert|protocol|EPROTO/i)
  })
})
