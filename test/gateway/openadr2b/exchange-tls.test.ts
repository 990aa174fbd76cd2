/** The exchange over mutual TLS. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExchange, type ExchangeTls } from '../../../gateway/openadr2b/exchange.ts'

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined

const selfSigned = (folder: string, name: string): { cert: string; key: string } => {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  ]
  const run = spawnSync('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

describe.skipIf(!hasOpenssl)('mutual TLS (needs openssl)', () => {
  let folder: string
  let server: Server
  let client: { cert: string; key: string }
  let ca: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'exchange-'))
    const own = selfSigned(folder, 'vtn')
    client = selfSigned(folder, 'ven')
    ca = own.cert
    server = createServer({ ...own, ca: client.cert, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
  })
  afterAll(() => {
    server?.closeAllConnections()
    server?.close()
    rmSync(folder, { recursive: true })
  })

  const post = async (tls: ExchangeTls): Promise<string> => {
    const exchange = createExchange({ base: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, tls })
    try {
      return Buffer.from((await exchange.post('OadrPoll', '<r/>')).body).toString()
    } finally {
      exchange.close()
    }
  }

  it('shows the certificate of the VEN to the VTN', async () => {
    expect(await post({ ...client, ca })).toBe('ven')
  })

  it('gets no answer without one', async () => {
    await expect(post({ ca })).rejects.toMatchObject({ fault: 'unreachable' })
  })

  it('does not speak to a VTN that it cannot trust', async () => {
    await expect(post(client)).rejects.toMatchObject({ fault: 'unreachable' })
  })
})
