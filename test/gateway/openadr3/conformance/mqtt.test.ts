/** MQTT of a 3.1 VTN (openadr3.yaml, /notifiers): found, listened to, and never believed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Broker, startBroker } from '../../../vtn3/broker.ts'
import type { Publishing } from '../../../vtn3/notifiers.ts'
import { anHour, eventually, HOUR_MS, type Rig } from '../rig.ts'
import { aRig, stopRigs } from './understood.ts'

stopRigs()
let broker: Broker
beforeEach(async () => {
  broker = await startBroker()
})
afterEach(() => broker.stop())

const SELDOM = { mqtt: true, pollMs: 24 * HOUR_MS }
const credentials = { clientId: 'herd-client', clientSecret: 's' }
const publishingRig = (publishing: Partial<Publishing> = {}) => aRig('3.1', { vtn: { publishing: { broker, ...publishing } } })

const post = async (rig: Rig): Promise<string> => {
  const body = { programID: rig.program.id, ...anHour(rig.clock.nowMs() + HOUR_MS) }
  const made = await fetch(`${rig.vtn.url}events`, { method: 'POST', body: JSON.stringify(body) })
  return ((await made.json()) as { id: string }).id
}

describe('3.1: MQTT', () => {
  it('makes the next poll come at once', async () => {
    const rig = await publishingRig()
    const ven = rig.join(SELDOM)
    await eventually(() => expect(broker.topics()).toContain(`programs/${rig.program.id}/events/create`))
    // The second poll is the hint of the new connection.
    await eventually(() => expect(ven.state().polls).toBe(2))
    const id = await post(rig)
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
    expect(rig.vtn.violations()).toEqual([])
  })

  it('is listened to for our VEN, too, once the VTN shows it', async () => {
    const rig = await publishingRig()
    const { id } = rig.vtn.objects.create('vens', { venName: 'herd' })
    rig.join(SELDOM)
    await eventually(() => expect(broker.topics()).toContain(`vens/${id}/events/update`))
  })

  it('with bearer tokens is shown the one that the VTN gave', async () => {
    const authentication = { method: 'OAUTH2_BEARER_TOKEN', username: '{clientID}' }
    const rig = await aRig('3.1', { vtn: { credentials, publishing: { broker, authentication } } })
    rig.join({ ...SELDOM, credentials })
    await eventually(() => expect(broker.logins()).toEqual(['herd-client:token-1']))
  })

  it('that breaks off is taken up again, and what was missed is polled', async () => {
    const rig = await publishingRig()
    const ven = rig.join(SELDOM)
    await eventually(() => expect(broker.topics().length).toBeGreaterThan(0))
    // The second poll is the hint of the first connection: from here on, only another one makes a poll.
    await eventually(() => expect(ven.state().polls).toBe(2))
    broker.dropAll()
    await eventually(() => expect(broker.topics()).toEqual([]))
    const id = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS)).id
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
    expect(broker.logins().length).toBeGreaterThan(1)
  })

  it('on other topics than the VTN names loses nothing: polling is the truth', async () => {
    const rig = await publishingRig({ elsewhere: true })
    rig.join({ mqtt: true })
    await eventually(() => expect(broker.topics().length).toBeGreaterThan(0))
    const id = await post(rig)
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
  })

  it('that a VTN does not offer is not missed', async () => {
    const rig = await aRig('3.1')
    const ven = rig.join({ mqtt: true })
    await eventually(() => expect(rig.logged()).toContain('"listening":false'))
    await rig.polled(ven)
    expect(ven.state().trouble).toEqual({})
  })

  it('without TLS is for brokers on this machine only', async () => {
    const rig = await publishingRig({ broker: { ...broker, url: 'mqtt://broker.example:1883' } })
    const ven = rig.join({ mqtt: true })
    await eventually(() => expect(ven.state().trouble.hear?.detail).toContain('must use TLS'))
    await rig.polled(ven)
    expect(broker.logins()).toEqual([])
  })
})
