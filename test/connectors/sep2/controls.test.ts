/** The life of a control, on the wire: scheduled, active, superseded, cancelled; what each Response makes of its command; what a restart leaves. */
import { afterEach, describe, expect, test } from 'vitest'
import { deviceAcks, enrollmentChanges, rejectedRecords } from '../../../topics/catalogue.ts'
import { type Control, controlsOf, responseXml } from '../../fleet/sep2/documents.ts'
import { eventually } from '../../support/eventually.ts'
import type { HttpClient } from './http-client.ts'
import { clientCertificate } from './pki.ts'
import { createRig, HOUR_S, type Rig, type RigOptions } from './rig.ts'

const HOUR_MS = HOUR_S * 1000
const LIST = '/edev/B-1/derp/p/derc?l=50'

let rig: Rig
afterEach(() => rig.stop())

async function start(options: Partial<RigOptions> = {}): Promise<HttpClient> {
  const { lfdi } = await clientCertificate('B-1')
  rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi } }], giveWayMs: 10, ...options })
  const client = await rig.client('B-1')
  await client.get('/dcap')
  return client
}

const read = async (client: HttpClient): Promise<readonly Control[]> => controlsOf((await client.get(LIST)).text)
const until = (client: HttpClient, what: string, isIt: (controls: readonly Control[]) => boolean) =>
  eventually(what, async () => {
    const controls = await read(client)
    return isIt(controls) && controls
  })
const untilShown = (client: HttpClient, count = 1) => until(client, `${count} controls`, ({ length }) => length === count)
const untilAcked = (ack: string) => eventually(`${ack}, not only ${rig.acks('B-1').join(', ')}`, () => rig.acks('B-1').includes(ack))
async function respond(client: HttpClient, control: Control | undefined, status: number) {
  const { lfdi } = await clientCertificate('B-1')
  const { status: code, headers } = await client.post('/edev/B-1/rsps/1/rsp', responseXml(lfdi, control?.mRID ?? '', status, 1))
  return { code, location: headers.location }
}
const shape = (controls: readonly Control[]) => controls.map(({ status, base }) => [status, base.opModFixedW])

describe('what the list shows', () => {
  test('a timeline as one control for each segment, that meet without a gap', async () => {
    const client = await start()
    const atMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [
      { endMs: atMs + HOUR_MS },
      { startMs: atMs + HOUR_MS, endMs: atMs + 2 * HOUR_MS, limitW: 0, eventId: 'event-1' },
    ])
    const [first, second] = await untilShown(client, 2)
    expect([first?.status, second?.status]).toEqual([1, 0])
    expect([first?.base.opModFixedW, second?.base.opModFixedW]).toEqual([5_000, 10_000])
    expect(second?.startS).toBe(first?.endS)
    rig.clock.advance(HOUR_MS)
    expect(shape(await read(client))).toEqual([[1, 10_000]])
    rig.clock.advance(HOUR_MS)
    expect(await read(client)).toEqual([])
  })

  test('a change supersedes what is active, at once, by a control with another mRID', async () => {
    const client = await start()
    const { segments } = await rig.command('B-1', 1, [{}])
    const [before] = await untilShown(client)
    await respond(client, before, 1)
    await rig.command('B-1', 2, [{ ...segments[0], limitW: 0 }])
    const after = await untilShown(client, 2)
    expect(after.find(({ mRID }) => mRID === before?.mRID)?.status).toBe(4)
    const fresh = after.find(({ mRID }) => mRID !== before?.mRID)
    expect(fresh).toMatchObject({ status: 1, startS: before?.startS, base: { opModFixedW: 10_000 } })
  })

  test('a change before the start cancels what was scheduled, and a release all that is left', async () => {
    const client = await start()
    const atMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [{ startMs: atMs + HOUR_MS, endMs: atMs + 3 * HOUR_MS }])
    await respond(client, (await untilShown(client))[0], 1)
    await untilAcked('accepted 1')
    await rig.command('B-1', 2, [{ startMs: atMs + 2 * HOUR_MS, endMs: atMs + 3 * HOUR_MS, limitW: 0 }])
    expect(shape(await untilShown(client, 2))).toEqual([
      [2, 5_000],
      [0, 10_000],
    ])
    await rig.command('B-1', 3, [])
    await until(client, 'two cancelled', (controls) => controls.every(({ status }) => status === 2))
    rig.clock.advance(2 * HOUR_MS)
    expect(await read(client)).toHaveLength(2)
    rig.clock.advance(HOUR_MS)
    expect(await read(client)).toEqual([])
  })

  test('active controls have a list of their own, and each can be read alone', async () => {
    const client = await start()
    const atMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [{ endMs: atMs + HOUR_MS }, { startMs: atMs + 2 * HOUR_MS, endMs: atMs + 3 * HOUR_MS }])
    const [active, scheduled] = await untilShown(client, 2)
    expect(controlsOf((await client.get('/edev/B-1/derp/p/actderc')).text).map(({ mRID }) => mRID)).toEqual([active?.mRID])
    expect((await client.get(`/edev/B-1/derp/p/derc/${scheduled?.mRID}`)).text).toContain('<currentStatus>0<')
    expect((await client.get('/edev/B-1/derp/p')).text).toMatch(/actderc" all="1"[\s\S]*derc" all="2"/)
  })
})

describe('what a Response makes of a command', () => {
  test('received and started: accepted, then applied', async () => {
    const client = await start()
    await rig.command('B-1', 1, [{}])
    const [control] = await untilShown(client)
    expect(await respond(client, control, 1)).toMatchObject({
      code: 201,
      location: expect.stringMatching(/^\/edev\/B-1\/rsps\/1\/rsp\/\w+$/),
    })
    await untilAcked('accepted 1')
    await respond(client, control, 2)
    await untilAcked('applied 1')
    await respond(client, control, 3)
    expect(rig.acks('B-1')).toEqual(['sent 1', 'accepted 1', 'applied 1'])
    expect(rig.kinds('B-1')).toEqual(['Response', 'Response', 'Response'])
  })

  test('all controls of a timeline must be answered', async () => {
    const client = await start()
    const atMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [{ endMs: atMs + HOUR_MS }, { startMs: atMs + 2 * HOUR_MS, endMs: atMs + 3 * HOUR_MS }])
    const [first, second] = await untilShown(client, 2)
    await respond(client, first, 1)
    expect(rig.acks('B-1')).toEqual(['sent 1'])
    await respond(client, second, 1)
    await untilAcked('accepted 1')
  })

  test('one that starts in an hour is applied when it says so, an hour later', async () => {
    const client = await start()
    const atMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [{ startMs: atMs + HOUR_MS, endMs: atMs + 2 * HOUR_MS }])
    const [control] = await untilShown(client)
    await respond(client, control, 1)
    await untilAcked('accepted 1')
    rig.clock.advance(HOUR_MS)
    await respond(client, control, 2)
    await untilAcked('applied 1')
    expect(rig.acks('B-1')).toEqual(['sent 1', 'accepted 1', 'applied 1'])
  })

  test.each([
    [252, 'notSupported 1'],
    [253, 'rejected 1'],
    [254, 'rejected 1'],
    [10, 'rejected 1'],
    [13, 'rejected 1'],
    [14, 'rejected 1'],
    [6, 'rejected 1'],
    [7, 'rejected 1'],
  ])('%i: %s, with the code', async (status, ack) => {
    const client = await start()
    await rig.command('B-1', 1, [{}])
    await respond(client, (await untilShown(client))[0], status)
    await untilAcked(ack)
    expect(rig.log.read(deviceAcks).at(-1)?.value).toMatchObject({
      code: String(status),
      detail: expect.stringContaining(`Response ${status}`),
    })
  })

  test('a client that took a control may still refuse it', async () => {
    const client = await start()
    await rig.command('B-1', 1, [{}])
    const [control] = await untilShown(client)
    await respond(client, control, 1)
    await untilAcked('accepted 1')
    await respond(client, control, 253)
    await untilAcked('rejected 1')
  })

  test.each([4, 8])('%i: the device leaves the event of that control, not those of others', async (status) => {
    const client = await start()
    const atMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [{ endMs: atMs + HOUR_MS }, { startMs: atMs + 2 * HOUR_MS, endMs: atMs + 3 * HOUR_MS }])
    const [first, second] = await untilShown(client, 2)
    for (const control of [first, second]) await respond(client, control, 1)
    await respond(client, second, status)
    await untilAcked('overridden 1')
    const changes = rig.log.read(enrollmentChanges).map(({ value }) => value)
    expect(changes).toMatchObject([{ kind: 'optedOut', eventId: 'event-2', programId: 'p', deviceId: 'B-1', actor: 'device' }])
    // Left again it is the same change.
    await respond(client, second, status)
    expect(new Set(rig.log.read(enrollmentChanges).map(({ value }) => value?.changeId)).size).toBe(1)
  })

  test('a release is confirmed by Responses 6 and 7 to what was cancelled', async () => {
    const client = await start()
    await rig.command('B-1', 1, [{}])
    const [control] = await untilShown(client)
    await respond(client, control, 1)
    await rig.command('B-1', 2, [])
    await until(client, 'the cancellation', ([only]) => only?.status === 2)
    expect(rig.acks('B-1')).not.toContain('released 2')
    await respond(client, control, 6)
    await untilAcked('released 2')
  })

  test('of a control that the client never got, the list that does not hold it is confirmation enough', async () => {
    const client = await start()
    const active = (all: number) =>
      eventually(`${all} active`, async () => (await client.get('/edev/B-1/derp/p')).text.includes(`actderc" all="${all}"`))
    await rig.command('B-1', 1, [{}])
    await active(1)
    await rig.command('B-1', 2, [])
    await active(0)
    expect(rig.acks('B-1')).toContain('sent 2')
    expect(rig.acks('B-1')).not.toContain('released 2')
    await client.get(LIST)
    await untilAcked('released 2')
  })

  test('a release of what the log has forgotten is settled once the list was read', async () => {
    const client = await start()
    await client.get(LIST)
    await rig.command('B-1', 57, [])
    await untilAcked('sent 57')
    expect(rig.acks('B-1')).not.toContain('released 57')
    await eventually('the release', async () => {
      await client.get(LIST)
      return rig.acks('B-1').includes('released 57')
    })
  })
})

describe('a Response that is refused', () => {
  test('to no control that the device has, or of another device', async () => {
    const client = await start()
    await rig.command('B-1', 1, [{}])
    const [control] = await untilShown(client)
    const { lfdi } = await clientCertificate('B-2')
    const answers = [
      await client.post('/edev/B-1/rsps/1/rsp', responseXml((await clientCertificate('B-1')).lfdi, 'ABCD', 1, 1)),
      await client.post('/edev/B-1/rsps/1/rsp', responseXml(lfdi, control?.mRID ?? '', 1, 1)),
    ]
    expect(answers.map(({ status, text }) => [status, text.match(/<reasonCode>(\d)/)?.[1]])).toEqual([
      [400, '1'],
      [400, '1'],
    ])
    const kept = rig.log.read(rejectedRecords).map(({ value }) => value)
    expect(kept).toMatchObject([
      { reason: 'invalidValue', place: '/edev/B-1/rsps/1/rsp Response.subject' },
      { reason: 'invalidValue', place: '/edev/B-1/rsps/1/rsp Response.endDeviceLFDI' },
    ])
    expect(rig.acks('B-1')).toEqual(['sent 1'])
    expect(rig.kinds('B-1')).toEqual([])
  })
})

describe('a restart', () => {
  test('leaves the tree as it was, with the same mRIDs and what became of each', async () => {
    const client = await start()
    const { segments } = await rig.command('B-1', 1, [{}])
    await respond(client, (await untilShown(client))[0], 1)
    await untilAcked('accepted 1')
    await rig.command('B-1', 2, [{ ...segments[0], limitW: 0 }])
    await untilShown(client, 2)
    const before = (await client.get(LIST)).text
    await rig.restart()
    expect((await (await rig.client('B-1')).get(LIST)).text).toBe(before)
  })

  test('loses no Response: what was said before it still counts', async () => {
    const client = await start()
    await rig.command('B-1', 1, [{}])
    const [control] = await untilShown(client)
    await respond(client, control, 1)
    await respond(client, control, 2)
    await untilAcked('applied 1')
    await rig.restart()
    const again = await rig.client('B-1')
    await rig.command('B-1', 2, [])
    await until(again, 'the cancellation', ([only]) => only?.status === 2)
    await respond(again, control, 6)
    await untilAcked('released 2')
    expect(rig.acks('B-1')).toEqual(['sent 1', 'accepted 1', 'applied 1', 'sent 2', 'released 2'])
  })

  test('a release of what was on its way is settled, though the client never saw it, once it has had its time to say otherwise', async () => {
    const client = await start({ answerTimeoutMs: 500 })
    await rig.command('B-1', 1, [{}])
    await untilAcked('sent 1')
    client.close()
    await rig.restart()
    await rig.command('B-1', 2, [])
    await until(await rig.client('B-1'), 'the cancellation', ([only]) => only?.status === 2)
    await untilAcked('released 2')
  })

  test('a command that was never on its way is not in the tree', async () => {
    const client = await start()
    client.close()
    await rig.restart()
    await rig.command('B-1', 1, [{}])
    await rig.restart()
    expect(rig.acks('B-1')).toEqual([])
    await untilShown(await rig.client('B-1'))
    expect(rig.acks('B-1')).toEqual(['sent 1'])
  })
})
