/** The settings of the OCPP role, and by what stations show who they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { authenticator } from '../../../gateway/roles/ocpp.ts'
import { readOcppSettings } from '../../../gateway/roles/ocpp-settings.ts'
import { someAttributes } from '../../build/changes.ts'

const folder = mkdtempSync(join(tmpdir(), 'ocpp-settings-'))
const file = join(folder, 'ocpp.json')
afterAll(() => rmSync(folder, { recursive: true }))

function read(settings: unknown) {
  writeFileSync(file, JSON.stringify(settings))
  return readOcppSettings(file)
}

describe('ocpp.json', () => {
  const tls = { profile: 2, port: 9443, certFile: 'central.pem', keyFile: '/secrets/central.key' }
  const mutual = { ...tls, profile: 3, port: 9444, caFile: 'ca.pem', crlFile: 'ca.crl' }

  test('may be absent: then there is the plain listener alone', () => {
    expect(readOcppSettings(join(folder, 'none.json'))).toEqual({})
  })

  test('names listeners, whose files are beside it, and rates', () => {
    expect(read({ listeners: [tls, mutual], acceptRate: { perS: 100, burst: 500 } })).toEqual({
      acceptRate: { perS: 100, burst: 500 },
      secure: [
        { profile: 2, port: 9443, host: '127.0.0.1', files: { certFile: join(folder, 'central.pem'), keyFile: '/secrets/central.key' } },
        {
          profile: 3,
          port: 9444,
          host: '127.0.0.1',
          files: {
            certFile: join(folder, 'central.pem'),
            keyFile: '/secrets/central.key',
            caFile: join(folder, 'ca.pem'),
            crlFile: join(folder, 'ca.crl'),
          },
        },
      ],
    })
  })

  test.each([
    ['mutual TLS without authorities', { listeners: [{ ...tls, profile: 3 }] }, /caFile/],
    ['a key in place of its file', { listeners: [{ ...tls, key: '-----BEGIN' }] }, /key/],
    ['a profile unheard of', { listeners: [{ ...tls, profile: 4 }] }, /profile/],
    ['a rate of nothing', { acceptRate: { perS: 0, burst: 1 } }, /perS/],
  ])('with %s is refused', (_, settings, words) => {
    expect(() => read(settings)).toThrow(words)
  })
})

describe('a station', () => {
  const attributes = (extra: Record<string, string> = {}) => ({ attributes: someAttributes({ extra }), lastChangeOffset: 1 })
  const registered = new Map([
    ['CP-1', attributes()],
    ['CP-2', attributes({ certificateSha256: 'AB:CD' })],
  ])
  const check = authenticator({ registered: (id) => registered.get(id) }, { shared: null, own: { 'CP-1': 'a password of its own' } })
  const password = (text: string) => ({ kind: 'password', password: Buffer.from(text) }) as const
  const certificate = (commonName: string, sha256: string) => ({ kind: 'certificate', commonName, sha256 }) as const

  test.each([
    ['CP-1', password('a password of its own'), 'accepted'],
    ['CP-1', password('a guess'), 'denied'],
    ['CP-1', { kind: 'password', password: undefined } as const, 'denied'],
    ['CP-1', certificate('CP-1', 'ff'), 'accepted'],
    ['CP-1', certificate('CP-2', 'ff'), 'denied'],
    ['CP-2', certificate('anything', 'abcd'), 'accepted'],
    ['CP-2', certificate('CP-2', 'ffff'), 'denied'],
    ['CP-3', certificate('CP-3', 'ff'), 'unknown'],
  ])('%s with %o is %s', async (id, credentials, verdict) => {
    expect(await check(id, credentials)).toBe(verdict)
  })
})
