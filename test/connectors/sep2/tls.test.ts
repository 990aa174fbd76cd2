/** Who gets a connection: the mandatory suite, certificates of the authority, and none that it took back. */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAuthority } from '../../../connectors/sep2/tls/authority.ts'
import { chooseCiphers, MANDATORY } from '../../../connectors/sep2/tls/ciphers.ts'
import { opensslMissing } from '../../support/certificates.ts'
import { eventually } from '../../support/eventually.ts'
import { authority, clientCertificate, serverCredentials } from './pki.ts'
import { createRig, type Rig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  const { lfdi } = await clientCertificate('B-1')
  rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi } }] })
})
afterEach(() => rig.stop())

/** What a connection came to: the status line of an answer, or the fault that ended it. */
async function outcome(options: ConnectionOptions): Promise<string> {
  const socket = connect({ port: rig.role.port, host: '127.0.0.1', ca: (await authority()).cert, ...options })
  socket.on('secureConnect', () => socket.write('GET /dcap HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'))
  try {
    const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [undefined])])
    return chunk === undefined ? 'closed' : (String(chunk).split('\r\n')[0]?.slice(9) ?? '')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'fault'
  } finally {
    socket.destroy()
  }
}
const own = async (name = 'B-1') => {
  const { cert, key } = await clientCertificate(name)
  return { cert, key }
}

test('ECDHE-ECDSA-AES128-CCM8 over TLS 1.2 is served, by OpenSSL’s own client too', async () => {
  const socket: TLSSocket = connect({
    ...(await own()),
    port: rig.role.port,
    host: '127.0.0.1',
    ca: (await authority()).cert,
    ciphers: `${MANDATORY}:@SECLEVEL=0`,
    maxVersion: 'TLSv1.2',
  })
  await once(socket, 'secureConnect')
  expect([socket.getCipher().name, socket.getProtocol()]).toEqual([MANDATORY, 'TLSv1.2'])
  socket.destroy()
  if (opensslMissing) return
  const args = ['s_client', '-tls1_2', '-cipher', `${MANDATORY}:@SECLEVEL=0`, '-connect', `127.0.0.1:${rig.role.port}`]
  const { stdout: shell } = await promisify(execFile)('sh', ['-c', `openssl ${args.join(' ')} </dev/null 2>&1 || true`], {
    timeout: 10_000,
  })
  expect(shell).toMatch(/Acceptable client certificate CA names\s+CN\s?=\s?test authority/)
})

test('only certificates of the authority get in, and only over TLS 1.2 or newer', async () => {
  const stranger = await (await createAuthority('test authority')).issueClient('B-1')
  expect(await outcome(await own())).toBe('200 OK')
  expect(await outcome({})).not.toMatch(/^\d{3}/)
  expect(await outcome(stranger)).not.toMatch(/^\d{3}/)
  expect(await outcome({ ...(await own()), maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).not.toMatch(/^\d{3}/)
  expect(await outcome(await own('nobody'))).toBe('403 Forbidden')
})

test('plain HTTP is hung up on', async () => {
  const socket = connectPlain(rig.role.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET /dcap HTTP/1.1\r\nhost: x\r\n\r\n')
  let said = ''
  socket.on('data', (chunk) => {
    said += String(chunk)
  })
  await once(socket, 'close')
  expect(said).not.toContain('200')
})

describe('a certificate that was taken back', () => {
  test('is hung up on, where it stands in a connection as where it comes anew; others shake hands again', async () => {
    const client = await rig.client('B-1')
    expect((await client.get('/dcap')).status).toBe(200)
    const crl = await (await authority()).revoke([(await clientCertificate('B-1')).cert])
    await rig.role.renew(await serverCredentials([crl]))
    await eventually('no answer', () =>
      client.get('/dcap').then(
        () => false,
        () => true,
      ),
    )
    expect(await outcome(await own())).not.toMatch(/^\d{3}/)
    expect(await outcome(await own('nobody'))).toBe('403 Forbidden')
    await rig.role.renew(await serverCredentials())
    expect(await outcome(await own())).toBe('200 OK')
  })
})

test.skipIf(opensslMissing)('a server certificate that cannot serve the suite is refused at the start, in words', async () => {
  const rsa = execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', '-keyout', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await expect(chooseCiphers({ cert: rsa.slice(rsa.indexOf('-----BEGIN CERT')), key: rsa })).rejects.toThrow('P-256')
})
