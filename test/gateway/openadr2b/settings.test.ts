/** What an entry of vtns.json may say of a 2.0b VTN. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fingerprintOf } from '../../../gateway/openadr2b/fingerprint.ts'
import { openAdr2bFields, venSettings } from '../../../gateway/openadr2b/settings.ts'
import { type Authority, createAuthority, opensslMissing } from '../../support/certificates.ts'

const entry = z.strictObject(openAdr2bFields)
const settings = (given: object) => venSettings(entry.parse(given))

it('nothing said: pull, without TLS, one message a poll', () => {
  expect(settings({})).toEqual({ drain: false })
})

it('drain and a poll frequency of our own', () => {
  expect(settings({ drain: true, pollS: 30 })).toEqual({ drain: true, pollMs: 30_000 })
})

it('push, behind a proxy that checks certificates itself', () => {
  const push = { port: 9443, address: 'https://ven.example:9443' }
  expect(settings({ mode: 'push', push })).toEqual({ drain: false, push: { ...push, host: '127.0.0.1' } })
})

it.each([
  ['push without a place to listen', { mode: 'push' }, /push: is missing/],
  ['a fingerprint that is too short', { fingerprint: 'AA:BB' }, /fingerprint/],
  ['a field that nobody knows', { fingerprints: [] }, /fingerprints/],
  ['a certificate that is not there', { tls: { certFile: '/nowhere.pem', keyFile: '/nowhere.key' } }, /nowhere\.pem/],
])('refused, naming it: %s', (_, given, words) => {
  expect(() => settings(given)).toThrow(words)
})

describe.skipIf(opensslMissing !== undefined)(`certificates${opensslMissing ? ` (${opensslMissing})` : ''}`, () => {
  let authority: Authority
  let folder: string
  beforeAll(() => {
    authority = createAuthority()
    folder = mkdtempSync(join(tmpdir(), 'settings-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
    authority.remove()
  })

  it('TLS, a pin, push and signatures come out of files', () => {
    const own = authority.issue('ven')
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const files = { certFile: file('v.pem', own.cert), keyFile: file('v.key', own.key) }
    const caFile = file('ca.pem', authority.cert)
    const fingerprint = fingerprintOf(own.cert)
    const made = settings({
      mode: 'push',
      tls: { ...files, caFile },
      fingerprint,
      push: { port: 0, address: 'https://ven.example', tls: { ...files, caFile } },
      signature: { ...files, fingerprint },
    })
    const tls = { cert: own.cert, key: own.key, ca: authority.cert, fingerprint }
    expect(made).toMatchObject({ tls, push: { tls } })
    expect(made.seal?.sign('<a><oadrSignedObject Id="oadrSignedObject"/></a>', 0)).toContain('SignatureValue')
  })
})
