/** XML signatures: ours hold for others, those of others hold for us, and nothing that was changed, repeated or put in place of another does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode } from '../../../../gateway/openadr2b/encode.ts'
import { fingerprintOf } from '../../../../gateway/openadr2b/fingerprint.ts'
import { createSigner } from '../../../../gateway/openadr2b/signature/sign.ts'
import { createXmlSeal } from '../../../../gateway/openadr2b/signature/xml-seal.ts'
import { type Authority, type Certificate, createAuthority, opensslMissing } from '../../../support/certificates.ts'
import { xmlsec1, xmlsec1Missing } from '../../../support/xmlsec1.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { anOadrEvent } from '../conformance/talk.ts'
import { complaints, schemaMissing } from '../schema.ts'
import { venMessages } from '../ven-messages.ts'

/** Later than the certificates that the test has yet to make. */
const nowMs = Date.now() + 60_000

describe.skipIf(opensslMissing !== undefined)(`XML signatures${opensslMissing ? ` (${opensslMissing})` : ''}`, () => {
  let authority: Authority
  let ec: Certificate
  let rsa: Certificate
  beforeAll(() => {
    authority = createAuthority()
    ec = authority.issue('ec')
    rsa = authority.issue('rsa', { rsa: true })
  })
  afterAll(() => authority.remove())

  const sealOf = (certificate: Certificate, windowMs = 300_000) =>
    createXmlSeal({ ...ec, fingerprint: fingerprintOf(certificate.cert), windowMs })
  const event = () => writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', nowMs)])
  const signed = (certificate = ec, document = event(), atMs = nowMs) => createSigner(certificate)(document, atMs)
  const verdict = (document: string, certificate = ec, atMs = nowMs) => sealOf(certificate).verify(Buffer.from(document), atMs)

  it.skipIf(xmlsec1Missing !== undefined)(`ours hold for xmlsec1, EC and RSA${xmlsec1Missing ? ` (${xmlsec1Missing})` : ''}`, () => {
    for (const certificate of [ec, rsa])
      for (const message of venMessages.slice(0, 12)) expect(xmlsec1(signed(certificate, encode(message)), authority.cert)).toBe('')
    expect(xmlsec1(signed().replace('>a<', '>b<'), authority.cert)).not.toBe('')
  })

  it.skipIf(schemaMissing !== undefined)(`ours are valid against oadr_20b.xsd${schemaMissing ? ` (${schemaMissing})` : ''}`, () => {
    const documents = venMessages.flatMap((message) => [signed(ec, encode(message)), signed(rsa, encode(message))])
    expect(complaints(documents).filter((words) => words !== '')).toEqual([])
  })

  it.each(['ec', 'rsa'] as const)('what was signed with %s holds', (kind) => {
    const certificate = { ec, rsa }[kind]
    expect(verdict(signed(certificate), certificate)).toBeUndefined()
  })

  it('a key that cannot be read is told at once', () => {
    expect(() => createSigner({ cert: ec.cert, key: 'no key' })).toThrow()
  })

  it.each<readonly [string, (document: string) => string, RegExp]>([
    ['is not signed', () => event(), /not signed/],
    ['was changed after it was signed', (document) => document.replace('<e:eventID>a<', '<e:eventID>b<'), /signature|digest|hold/],
    [
      'has another time of signing',
      (document) => document.replace(/timestamp>[^<]*</, 'timestamp>2030-01-01T00:00:00Z<'),
      /signature|digest|hold/,
    ],
    ['has another nonce', (document) => document.replace(/nonce>[^<]*</, 'nonce>other<'), /signature|digest|hold/],
    ['has no certificate', (document) => document.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, ''), /no certificate/],
    [
      'is signed by SHA-1',
      (document) => document.replaceAll('xmlenc#sha256', 'xmldsig#sha1').replace('2001/04/xmldsig#sha1', '2000/09/xmldsig#sha1'),
      /signature|algorithm/,
    ],
    [
      'carries a second object beside the one that was signed',
      (document) =>
        document.replace('</o:oadrPayload>', '<o:oadrSignedObject><o:oadrDistributeEvent/></o:oadrSignedObject></o:oadrPayload>'),
      /more than one/,
    ],
    [
      'hides what was signed inside of another object',
      (document) => {
        const [original = ''] = /<o:oadrSignedObject[\s\S]*<\/o:oadrSignedObject>/.exec(document) ?? []
        return document.replace(original, `<o:oadrSignedObject><o:oadrResponse>${original}</o:oadrResponse></o:oadrSignedObject>`)
      },
      /more than one/,
    ],
    ['is not XML', () => '<oops', /not well-formed/],
    ['has a signature of nonsense', (document) => document.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, ''), /signature/i],
  ])('a message that %s is not trusted', (_, change, words) => {
    const document = signed()
    expect(verdict(document)).toBeUndefined()
    expect(verdict(change(document))).toMatch(words)
  })

  it('a certificate that is not pinned is not trusted', () => {
    expect(verdict(signed(rsa), ec)).toContain('fingerprint')
  })

  it('an expired certificate is not trusted', () => {
    const old = authority.issue('old', { expired: true })
    expect(verdict(signed(old), old)).toContain('expired')
  })

  it('what was signed too long ago, or too far ahead, is not trusted', () => {
    for (const atMs of [nowMs - 301_000, nowMs + 301_000]) expect(verdict(signed(ec, event(), atMs))).toContain('s are allowed')
    for (const atMs of [nowMs - 299_000, nowMs + 299_000]) expect(verdict(signed(ec, event(), atMs))).toBeUndefined()
  })

  it('a replay is not trusted, within the window or after it, nor after a restart that remembers', () => {
    const seal = sealOf(ec)
    const document = Buffer.from(signed())
    expect(seal.verify(document, nowMs)).toBeUndefined()
    expect(seal.verify(document, nowMs + 1_000)).toContain('replay')
    expect(seal.verify(document, nowMs + 299_000)).toContain('replay')
    expect(seal.verify(document, nowMs + 301_000)).toContain('s are allowed')
    const next = sealOf(ec)
    next.remember(document, nowMs)
    expect(next.verify(document, nowMs)).toContain('replay')
  })

  it('two signatures of one document are no replay of each other', () => {
    const seal = sealOf(ec)
    for (let i = 0; i < 3; i++) expect(seal.verify(Buffer.from(signed()), nowMs)).toBeUndefined()
  })
})
