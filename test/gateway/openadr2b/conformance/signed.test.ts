/** Conformance, signed exchange: with signatures on, every message is signed both ways, and what is not is kept out of interpretation (OpenADR 2.0b, security). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../../gateway/openadr2b/fingerprint.ts'
import { createSigner } from '../../../../gateway/openadr2b/signature/sign.ts'
import { createXmlSeal } from '../../../../gateway/openadr2b/signature/xml-seal.ts'
import type { Ven } from '../../../../gateway/openadr2b/ven/start.ts'
import { realClock } from '../../../../processors/runtime/clock.ts'
import { rejectedRecords, utilityEvents } from '../../../../topics/catalogue.ts'
import { type Authority, type Certificate, createAuthority, opensslMissing } from '../../../support/certificates.ts'
import { freePort } from '../../../support/free-port.ts'
import { xmlsec1, xmlsec1Missing } from '../../../support/xmlsec1.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { parseMessage } from '../../../vtn/xml.ts'
import { complaints, schemaMissing } from '../schema.ts'
import { anEvent, createRig, eventually, HOUR_MS, type Rig } from '../ven/rig.ts'
import { anOadrEvent } from './talk.ts'

describe.skipIf(opensslMissing !== undefined)(`signed messages${opensslMissing ? ` (${opensslMissing})` : ''}`, () => {
  let authority: Authority
  let ours: Certificate
  let theirs: Certificate
  let rig: Rig
  const documents = new Set<string>()
  beforeAll(() => {
    authority = createAuthority()
    ours = authority.issue('ven')
    theirs = authority.issue('vtn')
  })
  afterEach(async () => {
    for (const { request } of rig.vtn.traffic()) documents.add(request)
    await rig.stop()
  })
  afterAll(() => authority.remove())

  const sign = (document: string, certificate = theirs): string => createSigner(certificate)(document, Date.now())
  const meet = async (signs = true) => {
    rig = await createRig({ clock: realClock, ...(signs && { sign: (document: string) => sign(document) }) })
  }
  const join = (options: Parameters<Rig['join']>[0] = {}): Ven =>
    rig.join({ pollMs: 50, seal: createXmlSeal({ ...ours, fingerprint: fingerprintOf(theirs.cert) }), ...options })
  const soonMs = () => Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS

  it('registration declares signatures, and an event is taken and answered', async () => {
    await meet()
    join()
    rig.vtn.postEvent(anEvent('a', soonMs()))
    await eventually(() => expect(rig.vtn.createdEvents().map(({ eventID, optType }) => `${eventID} ${optType}`)).toEqual(['a optIn']))
    const created = rig.vtn.traffic().map(({ request }) => parseMessage(request))
    expect(created.find((message) => message?.name === 'oadrCreatePartyRegistration')?.body).toMatchObject({ oadrXmlSignature: 'true' })
    expect(rig.vtn.traffic().every(({ request }) => request.includes('<ds:SignatureValue>'))).toBe(true)
  })

  it('a VTN that does not sign is not joined; what it said is kept aside', async () => {
    await meet(false)
    const ven = join()
    await eventually(() => expect(ven.state().trouble.query?.detail).toContain('not signed'))
    expect(rig.vtn.registrations()).toEqual([])
    expect(rig.log.read(rejectedRecords)[0]?.value).toMatchObject({ reason: 'untrusted', rejectedBy: 'gateway' })
  })

  it.each<readonly [string, () => string, RegExp]>([
    ['unsigned', () => writeDistributeEvent('d', 'vtn-1', [anOadrEvent('forged', soonMs())]), /not signed/],
    ['signed by another', () => sign(writeDistributeEvent('d', 'vtn-1', [anOadrEvent('forged', soonMs())]), ours), /fingerprint/],
    [
      'changed',
      () => sign(writeDistributeEvent('d', 'vtn-1', [anOadrEvent('genuine', soonMs())])).replace('>genuine<', '>forged<'),
      /signature|digest|hold/,
    ],
    [
      'signed last year',
      () => createSigner(theirs)(writeDistributeEvent('d', 'vtn-1', [anOadrEvent('forged', soonMs())]), Date.now() - 365 * 86_400_000),
      /allowed/,
    ],
  ])('a list of events that is %s is not interpreted, and the poll loop lives', async (_, forge, words) => {
    await meet()
    const ven = join()
    await eventually(() => expect(ven.state().stage).toBe('registered'))
    rig.vtn.sendRaw(Buffer.from(forge()))
    await eventually(() => expect(rig.log.read(rejectedRecords).at(-1)?.value?.detail).toMatch(words))
    rig.vtn.postEvent(anEvent('after', soonMs()))
    await eventually(() => expect(rig.vtn.createdEvents().map(({ eventID }) => eventID)).toEqual(['after']))
    expect(rig.log.read(utilityEvents).map(({ value }) => value?.theirEventId)).toEqual(['after'])
  })

  it('a push that is replayed is answered by 463 and not interpreted again, also after a restart', async () => {
    await meet()
    const port = await freePort()
    const push = { port, address: `http://127.0.0.1:${port}` }
    const first = join({ push })
    const said = () => rig.vtn.traffic().filter(({ request }) => request.includes('oadrRequestEvent')).length
    await eventually(() => expect(said()).toBe(1))
    const send = async (document: string) => {
      const headers = { 'content-type': 'application/xml' }
      const answer = await fetch(`http://127.0.0.1:${port}/OpenADR2/Simple/2.0b/EiEvent`, { method: 'POST', headers, body: document })
      const text = await answer.text()
      documents.add(text)
      return /responseCode>(\d+)</.exec(text)?.[1]
    }
    const list = sign(writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', soonMs())]))
    expect(await send(list)).toBe('200')
    expect(await send(list)).toBe('463')
    expect(await send(sign(writeDistributeEvent('d2', 'vtn-1', [])))).toBe('200')
    await eventually(() => expect(rig.log.read(utilityEvents).map(({ value }) => value?.kind)).toEqual(['event', 'cancelled']))
    await first.stop()
    join({ push })
    await eventually(() => expect(said()).toBe(2))
    expect(await send(list)).toBe('463')
    expect(rig.log.read(utilityEvents)).toHaveLength(2)
  })

  it.skipIf(schemaMissing !== undefined || xmlsec1Missing !== undefined)(
    `everything said above is valid against oadr_20b.xsd, and its signatures hold for xmlsec1${schemaMissing || xmlsec1Missing ? ` (${schemaMissing ?? xmlsec1Missing})` : ''}`,
    () => {
      expect(documents.size).toBeGreaterThan(0)
      expect(complaints([...documents]).filter((words) => words !== '')).toEqual([])
      for (const document of [...documents].slice(0, 40)) expect(xmlsec1(document, authority.cert)).toBe('')
    },
  )
})
