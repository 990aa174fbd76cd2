/** Security profiles 2 and 3 over real TLS: who gets in by password, who by certificate, and who does not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { isOwn } from '../../../../connectors/ocpp/server/credentials.ts'
import type { KeyFiles } from '../../../../connectors/ocpp/server/key-files.ts'
import type { OcppServerOptions } from '../../../../connectors/ocpp/server/server.ts'
import { type Authority, type Certificate, createAuthority, opensslMissing } from '../../../support/certificates.ts'
import { ask, type Central, PASSWORD, startCentral } from '../central.ts'
import { type ReadableInstruments, readableInstruments } from '../instruments.ts'

/** The socket below a WebSocket of `ws`. */
const tlsOf = (socket: WebSocket): TLSSocket => Reflect.get(socket, '_socket') as TLSSocket

describe.skipIf(opensslMissing !== undefined)(`security profiles${opensslMissing ? ` (${opensslMissing})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-tls-'))
  const at = (name: string) => join(folder, name)
  let authority: Authority
  let foreign: Authority
  let files: Required<Omit<KeyFiles, 'passphraseFile'>>
  let central: Central | undefined
  let counts: ReadableInstruments

  function write(name: string, text: string): string {
    writeFileSync(at(name), text)
    return at(name)
  }

  beforeAll(() => {
    authority = createAuthority()
    foreign = createAuthority('foreign')
    const { cert, key } = authority.issue('central')
    files = {
      certFile: write('central.pem', cert),
      keyFile: write('central.key', key),
      caFile: write('ca.pem', authority.cert),
      crlFile: write('ca.crl', authority.crl()),
    }
  })

  afterAll(() => {
    authority.remove()
    foreign.remove()
    rmSync(folder, { recursive: true })
  })

  beforeEach(() => {
    counts = readableInstruments()
  })

  afterEach(async () => {
    await central?.server.close()
    central = undefined
  })

  async function start(profile: 2 | 3, options: Partial<OcppServerOptions> = {}): Promise<Central> {
    const secure = [{ profile, port: 0, files, reloadEveryMs: 20 }]
    central = await startCentral({ instruments: counts.instruments, secure, ...options })
    return central
  }

  /** Resolves to the socket, rejects with what the station sees. */
  async function connect(
    { server }: Central,
    id: string,
    as: { password?: string; certificate?: Certificate; session?: Buffer | undefined },
  ): Promise<WebSocket> {
    const authorization = as.password === undefined ? undefined : `Basic ${Buffer.from(`${id}:${as.password}`).toString('base64')}`
    const socket = new WebSocket(`wss://127.0.0.1:${server.securePorts[0]}/ocpp/${id}`, ['ocpp1.6'], {
      ca: authority.cert,
      ...(authorization && { headers: { authorization } }),
      ...(as.certificate && { cert: as.certificate.cert, key: as.certificate.key }),
      ...(as.session && { session: as.session }),
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('unexpected-response', (_, response) => reject(new Error(`HTTP ${response.statusCode}`)))
      socket.once('error', reject)
    })
    socket.on('error', () => undefined)
    return socket
  }

  it('2: lets a station in by its password, and carries calls', async () => {
    const running = await start(2)
    const socket = await connect(running, 'CP-1', { password: PASSWORD })
    await vi.waitFor(() => expect(running.opened).toMatchObject([{ id: 'CP-1' }]))
    socket.on('message', (data) => socket.send(JSON.stringify([3, JSON.parse(data.toString())[1], {}])))
    expect(await ask(running, 'CP-1', 'GetConfiguration', {})).toMatchObject({ kind: 'accepted' })
  })

  it('2: refuses a wrong password, and a certificate in its place', async () => {
    const running = await start(2)
    await expect(connect(running, 'CP-1', { password: 'guess' })).rejects.toThrow('HTTP 401')
    await expect(connect(running, 'CP-1', { certificate: authority.issue('CP-1') })).rejects.toThrow('HTTP 401')
  })

  it('2: speaks no plain HTTP on its port', async () => {
    const running = await start(2)
    const socket = new WebSocket(`ws://127.0.0.1:${running.server.securePorts[0]}/ocpp/CP-1`, ['ocpp1.6'])
    await expect(new Promise((_, reject) => socket.once('error', reject))).rejects.toThrow()
    await vi.waitFor(async () => expect(await counts.count('tls_refused_total')).toBe(1))
  })

  it('3: lets a station in by the certificate that bears its id, on the side of the plain listener', async () => {
    const running = await start(3)
    await connect(running, 'CP-1', { certificate: authority.issue('CP-1') })
    const plain = new WebSocket(`${running.url}/CP-2`, ['ocpp1.6'], {
      headers: { authorization: `Basic ${Buffer.from(`CP-2:${PASSWORD}`).toString('base64')}` },
    })
    await vi.waitFor(() => expect(running.opened.map(({ id }) => id).sort()).toEqual(['CP-1', 'CP-2']))
    plain.terminate()
  })

  it("3: refuses another station's certificate, and a stranger's", async () => {
    const running = await start(3)
    await expect(connect(running, 'CP-2', { certificate: authority.issue('CP-1') })).rejects.toThrow('HTTP 401')
    await expect(connect(running, 'stranger', { certificate: authority.issue('stranger') })).rejects.toThrow('HTTP 404')
    expect(await counts.count('upgrades_total', { outcome: 'bad-credentials' })).toBe(1)
    expect(running.opened).toEqual([])
  })

  it('3: goes by the registered fingerprint where there is one', async () => {
    const odd = authority.issue('serial-4711')
    const { X509Certificate } = await import('node:crypto')
    const sha256 = new X509Certificate(odd.cert).fingerprint256
    const running = await start(3, {
      authenticate: async (id, credentials) =>
        credentials.kind === 'certificate' && isOwn(id, credentials, sha256) ? 'accepted' : 'denied',
    })
    await connect(running, 'CP-9', { certificate: odd })
    await expect(connect(running, 'CP-9', { certificate: authority.issue('CP-9') })).rejects.toThrow('HTTP 401')
  })

  it.each([
    ['no certificate', () => undefined, ''],
    ['a foreign certificate', () => foreign.issue('CP-1'), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['one that has expired', () => authority.issue('CP-old', { expired: true }), 'CERT_HAS_EXPIRED'],
  ])('3: cuts off a station with %s, and counts why', async (_, make, reason) => {
    const running = await start(3)
    const certificate = make()
    await expect(connect(running, 'CP-1', certificate ? { certificate } : { password: PASSWORD })).rejects.toThrow()
    await vi.waitFor(async () => expect(await counts.count('tls_refused_total', reason ? { reason } : {})).toBeGreaterThan(0))
    expect(running.opened).toEqual([])
  })

  it('3: cuts off a certificate once the list of revocations is replaced, without a restart', async () => {
    const running = await start(3)
    const certificate = authority.issue('CP-lost')
    const before = await connect(running, 'CP-lost', { certificate })
    before.terminate()
    await vi.waitFor(() => expect(running.closed).toHaveLength(1))
    authority.revoke('CP-lost')
    write('ca.crl', authority.crl())
    await vi.waitFor(async () => {
      await connect(running, 'CP-lost', { certificate }).then(
        (socket) => socket.terminate(),
        () => undefined,
      )
      expect(await counts.count('tls_refused_total', { reason: 'CERT_REVOKED' })).toBeGreaterThan(0)
    })
    await connect(running, 'CP-1', { certificate: authority.issue('CP-1') })
  })

  it('3: lets no certificate that was taken back resume the TLS session of before', async () => {
    const running = await start(3)
    const certificate = authority.issue('CP-resumes')
    const session = tlsOf(await connect(running, 'CP-resumes', { certificate })).getSession()
    expect(tlsOf(await connect(running, 'CP-resumes', { certificate, session })).isSessionReused()).toBe(true)
    authority.revoke('CP-resumes')
    write('ca.crl', authority.crl())
    await vi.waitFor(async () => {
      await connect(running, 'CP-resumes', { certificate, session }).then(
        (socket) => socket.terminate(),
        () => undefined,
      )
      expect(await counts.count('tls_refused_total', { reason: 'CERT_REVOKED' })).toBeGreaterThan(0)
    })
    await expect(connect(running, 'CP-resumes', { certificate, session })).rejects.toThrow()
  })

  it('keeps what it has where new files cannot be read', async () => {
    const running = await start(3)
    write('ca.crl', 'no list')
    await vi.waitFor(() => expect(running.errors).not.toEqual([]))
    await connect(running, 'CP-1', { certificate: authority.issue('CP-1') })
    write('ca.crl', authority.crl())
  })

  it('does not start without the authorities, and leaves no port open', async () => {
    const { caFile: _, ...without } = files
    await expect(startCentral({ secure: [{ profile: 3, port: 0, files: without }] })).rejects.toThrow(/caFile/)
    await expect(startCentral({ secure: [{ profile: 2, port: 0, files: { ...files, keyFile: at('nothing') } }] })).rejects.toThrow(
      /nothing/,
    )
  })
})
