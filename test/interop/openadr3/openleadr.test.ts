/** Drover's VEN at VTNs of openleadr-vtn: 0.1.4 for OpenADR 3.0, 0.2.8 for 3.1. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Revision } from '../../../gateway/openadr3/revision.ts'
import type { Credentials } from '../../../gateway/openadr3/wire/token.ts'
import { enrollmentState } from '../../../topics/catalogue.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { createRig, eventually, HOUR_MS, iso, type Rig } from '../../gateway/openadr3/rig.ts'
import { freePort } from '../../support/ports.ts'
import { contractMissing } from '../../vtn3/contract.ts'
import { type ContractProxy, startContractProxy } from '../../vtn3/contract-proxy.ts'
import { vtns } from '../peers.mjs'
import { addVenClient, type Peer, peerMissing, startPeer } from './openleadr.ts'
import { type Prism, prismMissing, startPrism } from './prism.ts'

interface Made {
  readonly id: string
}

/** What these VTNs answer other than openadr3.yaml says; our VEN takes it all the same, and whatever else they may come to answer is noticed. */
const knownOddities: Readonly<Record<Revision, readonly RegExp[]>> = {
  '3.0': [/^401 to POST auth\/token/, /^404 to GET subscriptions/],
  '3.1': [/must have required property '(objectType|clientID)'/, /^201 to POST reports \/payloadDescriptors/],
}

/** What 3.1.0 asks of every resource that is given back, and none could be (test/vtn3/contract.ts). */
const contradiction = /resources.*objectType must be equal to one of the allowed values: BL_RESOURCE_REQUEST/

const isKnown = (revision: Revision, words: string): boolean =>
  [contradiction, ...knownOddities[revision]].some((known) => known.test(words))

const opinionMissing = contractMissing ?? prismMissing

const reasons = { '3.0': await peerMissing('3.0'), '3.1': await peerMissing('3.1') }

describe.each(['3.0', '3.1'] as const)('%s', (revision) => {
  const reason = reasons[revision]
  const name = `${vtns[revision].name}${reason ? ` (skipped: ${reason})` : ''}`
  describe.skipIf(reason !== undefined)(name, () => {
    let peer: Peer
    let prism: Prism | undefined
    let proxy: ContractProxy
    let credentials: Credentials
    let program: Made
    let rig: Rig

    beforeAll(async () => {
      peer = await startPeer(revision)
      if (opinionMissing === undefined) prism = await startPrism(revision, peer.url)
      proxy = await startContractProxy(revision, prism?.url ?? peer.url)
      credentials = await addVenClient(peer, revision, 'herd')
      program = await peer.business<Made>('POST', 'programs', { objectType: 'PROGRAM', programName: 'summer-shed' })
      rig = await createRig(revision, { terms: { graceS: 0 } })
    })
    afterAll(async () => {
      await rig?.stop()
      await proxy?.stop()
      await prism?.stop()
      await peer?.stop()
    })

    const join = (change: Partial<Credentials> = {}) => rig.join({ baseUrl: proxy.url, credentials: { ...credentials, ...change } })
    const body = (startMs: number, change: object = {}) => ({
      objectType: 'EVENT',
      programID: program.id,
      intervalPeriod: { start: iso(startMs), duration: 'PT1H' },
      intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }],
      ...change,
    })
    const kindsOf = (id: string) => rig.meanings().flatMap(({ theirEventId, kind }) => (theirEventId === id ? [kind] : []))

    it('gives us a token, and an event from its making to its deletion', async () => {
      const ven = join()
      await rig.polled(ven)
      const startMs = rig.clock.nowMs() + 6 * HOUR_MS
      const { id } = await peer.business<Made>('POST', 'events', body(startMs, { priority: 0 }))
      await eventually(() => expect(kindsOf(id)).toEqual(['event']))
      expect(rig.meanings().at(-1)).toMatchObject({ startMs: Math.floor(startMs), rank: 1, programId: 'summer-shed' })
      await peer.business('PUT', `events/${id}`, body(startMs + HOUR_MS))
      await eventually(() => expect(kindsOf(id)).toEqual(['event', 'event']))
      await peer.business('DELETE', `events/${id}`)
      await eventually(() => expect(kindsOf(id)).toEqual(['event', 'event', 'cancelled']))
      expect(ven.state().trouble).toEqual({})
      await ven.stop()
    })

    it('gives us 60 events on two pages, and none of them twice after a restart', async () => {
      const first = join()
      const startMs = rig.clock.nowMs() + 6 * HOUR_MS
      const made = await Promise.all(
        Array.from({ length: 60 }, (_, n) => peer.business<Made>('POST', 'events', body(startMs + n * HOUR_MS, { eventName: `e${n}` }))),
      )
      await eventually(() => expect(made.every(({ id }) => kindsOf(id).length === 1)).toBe(true))
      await first.stop()
      const second = join()
      await rig.polled(second)
      expect(made.every(({ id }) => kindsOf(id).length === 1)).toBe(true)
      await Promise.all(made.map(({ id }) => peer.business('DELETE', `events/${id}`)))
      await eventually(() => expect(made.every(({ id }) => kindsOf(id).at(-1) === 'cancelled')).toBe(true))
      await second.stop()
    })

    it('takes our report on its event, once', async () => {
      const startMs = Math.floor((rig.clock.nowMs() - HOUR_MS) / HOUR_MS) * HOUR_MS
      const reportDescriptors = [{ payloadType: 'USAGE', units: 'KWH' }]
      const { id } = await peer.business<Made>('POST', 'events', body(startMs, { reportDescriptors }))
      rig.report({
        intervalSums: async ({ fromMs }) =>
          [0, 1, 2, 3].map((n) => ({ startMs: fromMs + n * 900_000, energyWh: 250, quality: 'measured', devices: 1 })),
        resultSums: async () => ({ stepS: 0, units: 0, unitsWithBaseline: 0, steps: [] }),
      })
      const ven = join()
      await eventually(() => expect(rig.reportsOnLog().at(-1)?.status).toBe('accepted'))
      await rig.polled(ven)
      const reports = await peer.business<readonly object[]>('GET', `reports?eventID=${id}`)
      expect(reports).toHaveLength(1)
      expect(JSON.stringify(reports)).toMatch(/"type":"USAGE","values":\[1(\.0)?\]/)
      await ven.stop()
    })

    it('refuses a wrong secret, and the poll waits for a better one', async () => {
      const ven = join({ clientSecret: 'not this one' })
      await eventually(() => expect(ven.state().trouble.poll?.failures).toBeGreaterThan(1))
      expect(ven.state()).toMatchObject({ stage: 'joining', polls: 0 })
      expect(rig.logged()).not.toContain('not this one')
      await ven.stop()
    })

    it('keeps our VEN and our resources, in step with enrollment', async () => {
      const showing = await createRig(revision, { terms: { settledUnit: 'resource' } })
      const enroll = (deviceId: string, resourceId: string | null) =>
        showing.log.writer.append(
          enrollmentState,
          aDevice({ deviceId, enrollments: [anEnrollment('summer-shed', { resourceId })], templates: [] }),
        )
      await enroll('d-1', 'feeder-7')
      const ven = showing.join({ baseUrl: proxy.url, credentials })
      const names = async () => {
        const path = revision === '3.0' ? `vens/${ven.state().venId}/resources` : 'resources'
        return (await peer.business<readonly { resourceName: string }[]>('GET', path)).map(({ resourceName }) => resourceName)
      }
      await eventually(() => expect(ven.state().venId).toBeDefined())
      await vi.waitFor(async () => expect(await names()).toEqual(['feeder-7']), { timeout: 15_000 })
      await enroll('d-1', null)
      await vi.waitFor(async () => expect(await names()).toEqual([]), { timeout: 15_000 })
      await showing.polled(ven)
      expect(ven.state().trouble).toEqual({})
      await showing.stop()
    })

    it('may take a subscription and never call; polling finds the event all the same', async () => {
      const port = await freePort()
      const callback = { url: `http://127.0.0.1:${port}/hooks`, port, token: 'call me' }
      const ven = rig.join({ baseUrl: proxy.url, credentials, callback })
      await rig.polled(ven)
      const { id } = await peer.business<Made>('POST', 'events', body(rig.clock.nowMs() + 6 * HOUR_MS))
      await eventually(() => expect(kindsOf(id)).toEqual(['event']))
      expect(ven.state().trouble).toEqual({})
      await ven.stop()
    })

    it.skipIf(opinionMissing !== undefined)('is found sound by Prism, which checks both sides with a program of others', () => {
      expect(proxy.secondOpinion().filter(({ of, words }) => of === 'request' || !isKnown(revision, words))).toEqual([])
    })

    it.skipIf(contractMissing !== undefined)('was asked nothing that openadr3.yaml does not allow, and answered as it is known to', () => {
      expect(proxy.violations()).toEqual([])
      expect(proxy.oddAnswers().filter((words) => !isKnown(revision, words))).toEqual([])
    })
  })
})
