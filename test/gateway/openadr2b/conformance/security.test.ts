/** Conformance, security: mutual TLS both ways, and the fingerprint of the other side (OpenADR 2.0b, security; reference 1.5). */
import { request } from 'node:https'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ExchangeTls } from '../../../../gateway/openadr2b/exchange.ts'
import { fingerprintOf, parseFingerprint } from '../../../../gateway/openadr2b/fingerprint.ts'
import { createVenInstruments } from '../../../../gateway/openadr2b/instruments.ts'
import type { Ven } from '../../../../gateway/openadr2b/ven/start.ts'
import { rejectedRecords, utilityEvents } from '../../../../topics/catalogue.ts'
import { type Authority, type Certificate, createAuthority, opensslMissing } from '../../../support/certificates.ts'
import { freePort } from '../../../support/free-port.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { createRig, eventually, type Rig } from '../ven/rig.ts'
import { anOadrEvent } from './talk.ts'

it('a fingerprint is the last ten bytes of SHA-256, or more, in hex', () => {
  expect(parseFingerprint('aabbccddeeff00112233')).toBe('AA:BB:CC:DD:EE:FF:00:11:22:33')
  for (const wrong of ['AA:BB', 'not hex', `${'AA:'.repeat(32)}AA`]) expect(() => parseFingerprint(wrong)).toThrow('fingerprint')
})

describe.skipIf(opensslMissing !== undefined)(`mutual TLS${opensslMissing ? ` (${opensslMissing})` : ''}`, () => {
  let authority: Authority
  let stranger: Authority
  let ours: Certificate
  let theirs: Certificate
  let rig: Rig
  beforeAll(() => {
    authority = createAuthority()
    stranger = createAuthority('stranger')
    ours = authority.issue('ven')
    theirs = authority.issue('vtn')
  })
  afterEach(() => rig?.stop())
  afterAll(() => {
    authority.remove()
    stranger.remove()
  })

  const vtnWith = async (certificate: Certificate) => {
    rig = await createRig({ tls: { ...certificate, ca: authority.cert, requestCert: true, rejectUnauthorized: true } })
  }
  const joinWith = (tls: ExchangeTls): Ven => rig.join({ tls })
  /** Tried more than once, in vain, and nothing was said. */
  const turnedAway = async (ven: Ven, words: RegExp) => {
    await eventually(() => expect(ven.state().trouble.query?.failures).toBeGreaterThan(1))
    expect(ven.state().trouble.query?.detail).toMatch(words)
    expect(rig.vtn.traffic()).toEqual([])
  }

  describe('pull', () => {
    it('a VTN with the right certificate is spoken to, and shown ours', async () => {
      await vtnWith(theirs)
      const ven = joinWith({ ...ours, ca: authority.cert })
      await eventually(() => expect(ven.state().stage).toBe('registered'))
    })

    it.each([
      ['the last ten bytes', (pem: string) => fingerprintOf(pem)],
      ['in small letters without colons', (pem: string) => fingerprintOf(pem).toLowerCase().replaceAll(':', '')],
    ])('a VTN with the pinned certificate is spoken to: %s', async (_, spell) => {
      await vtnWith(theirs)
      const ven = joinWith({ ...ours, ca: authority.cert, fingerprint: spell(theirs.cert) })
      await eventually(() => expect(ven.state().stage).toBe('registered'))
    })

    it('a certificate of the same authority that is not the pinned one is not spoken to', async () => {
      await vtnWith(authority.issue('another'))
      await turnedAway(joinWith({ ...ours, ca: authority.cert, fingerprint: fingerprintOf(theirs.cert) }), /fingerprint/)
    })

    it('a certificate of a foreign authority is not spoken to, pinned or not', async () => {
      const foreign = stranger.issue('vtn')
      await vtnWith(foreign)
      await turnedAway(joinWith({ ...ours, ca: authority.cert, fingerprint: fingerprintOf(foreign.cert) }), /certificate|issuer/)
    })

    it('an expired certificate is not spoken to', async () => {
      await vtnWith(authority.issue('old-vtn', { expired: true }))
      await turnedAway(joinWith({ ...ours, ca: authority.cert }), /expired/)
    })

    it('a VTN that refuses our certificate is tried again, and the loop lives', async () => {
      await vtnWith(theirs)
      await turnedAway(joinWith({ ...stranger.issue('ven'), ca: authority.cert }), /./)
    })

    it('an RSA certificate does as well as an elliptic one', async () => {
      const rsa = authority.issue('rsa-vtn', { rsa: true })
      await vtnWith(rsa)
      const ven = joinWith({ ...authority.issue('rsa-ven', { rsa: true }), ca: authority.cert, fingerprint: fingerprintOf(rsa.cert) })
      await eventually(() => expect(ven.state().stage).toBe('registered'))
    })
  })

  describe('push', () => {
    const registry = new Registry()
    const instruments = createVenInstruments(registry)
    const counted = async (outcome: string): Promise<number> => {
      const metric = await registry.getSingleMetric('drover_openadr2b_pushed_total')?.get()
      return metric?.values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
    }
    let port: number
    const listen = async () => {
      rig = await createRig()
      port = await freePort()
      const tls = { ...ours, ca: authority.cert, fingerprint: fingerprintOf(theirs.cert) }
      const ven = rig.join({ instruments, push: { port, address: `https://127.0.0.1:${port}`, tls } })
      await eventually(() => expect(rig.vtn.traffic().some(({ request: said }) => said.includes('oadrRequestEvent'))).toBe(true))
      return ven
    }
    const pushWith = (certificate: Partial<Certificate>) =>
      new Promise<number>((resolve, reject) => {
        const options = { ...certificate, ca: authority.cert, method: 'POST', headers: { 'content-type': 'application/xml' } }
        request(`https://127.0.0.1:${port}/OpenADR2/Simple/2.0b/EiEvent`, options, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
          .on('error', reject)
          .end(writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', rig.clock.nowMs() + 3_600_000)]))
      })

    it('the VTN with the pinned certificate is heard', async () => {
      await listen()
      expect(await pushWith(theirs)).toBe(200)
      await eventually(() => expect(rig.log.read(utilityEvents)).toHaveLength(1))
    })

    it('403: another certificate of the same authority; what it sent is kept aside and not interpreted', async () => {
      await listen()
      const before = await counted('foreign-certificate')
      expect(await pushWith(authority.issue('impostor'))).toBe(403)
      expect(await counted('foreign-certificate')).toBe(before + 1)
      expect(rig.log.read(utilityEvents)).toEqual([])
      expect(rig.log.read(rejectedRecords).at(-1)?.value).toMatchObject({
        reason: 'untrusted',
        detail: expect.stringContaining('fingerprint'),
      })
    })

    it.each([
      ['no certificate', () => ({})],
      ['a certificate of a foreign authority', () => stranger.issue('vtn-of-strangers')],
      ['an expired certificate', () => authority.issue('old-peer', { expired: true })],
    ])('%s is turned away before it says anything, and counted', async (_, certificate) => {
      await listen()
      const before = await counted('tls')
      await expect(pushWith(certificate())).rejects.toThrow()
      await eventually(async () => expect(await counted('tls')).toBe(before + 1))
      expect(await pushWith(theirs)).toBe(200)
    })
  })
})
