/** Notifications, to real listeners over TLS: what changed, to hosts that the operator names, tried again, and ended. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { createAuthority, type Issued } from '../../../connectors/sep2/tls/authority.ts'
import { childrenOf, rootOf, subscriptionXml, textOf } from '../../fleet/sep2/documents.ts'
import { eventually } from '../../support/eventually.ts'
import type { HttpClient } from './http-client.ts'
import { clientCertificate, serverCredentials } from './pki.ts'
import { createRig, type Rig, type RigOptions } from './rig.ts'
import { complaintsOf, schemaMissing } from './schema.ts'

const LIST = '/edev/B-1/derp/p/derc'

interface Ears {
  readonly uri: string
  /** Bodies, oldest first. */
  readonly heard: readonly string[]
  /** Common names of those who came. */
  readonly callers: readonly string[]
  /** Status of the next answers; 204 after them. */
  readonly answers: number[]
}

let rig: Rig
const servers: Server[] = []
afterEach(async () => {
  await rig.stop()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function listen(issued?: Issued): Promise<Ears> {
  const { cert, key, ca } = { ...(await serverCredentials()), ...issued }
  const [heard, callers, answers]: [string[], string[], number[]] = [[], [], []]
  const server = createServer({ cert, key, ca, requestCert: true }, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push(Buffer.concat(chunks).toString('utf8'))
    callers.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN))
    response.writeHead(answers.shift() ?? 204).end()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { uri: `https://127.0.0.1:${(server.address() as AddressInfo).port}/n`, heard, callers, answers }
}

async function start(options: Partial<RigOptions> = {}): Promise<HttpClient> {
  const { lfdi } = await clientCertificate('B-1')
  rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi } }], giveWayMs: 10, rate: 500, ...options })
  return rig.client('B-1')
}
const subscribe = (client: HttpClient, uri: string, resource = LIST, limit = 20) =>
  client.post('/edev/B-1/sub', subscriptionXml(resource, uri, limit))

/** The controls of a Notification as `status base`. */
const told = (xml: string) =>
  childrenOf(childrenOf(rootOf(xml, 'Notification'), 'Resource')[0] ?? {}, 'DERControl').map((control) => {
    const [status = {}, base = {}] = ['EventStatus', 'DERControlBase'].map((name) => childrenOf(control, name)[0])
    return `${textOf(status, 'currentStatus')} ${textOf(base, 'opModFixedW')}`
  })

describe('a Notification', () => {
  test('holds the list as it is now, with the server’s own certificate, and the client need not poll', async () => {
    const [client, ears] = [await start(), await listen()]
    const { status, headers } = await subscribe(client, ears.uri)
    expect(status).toBe(201)
    await rig.command('B-1', 1, [{}])
    await eventually('the control', () => ears.heard.some((xml) => told(xml).includes('1 5000')))
    await rig.command('B-1', 2, [])
    await eventually('its cancellation', () => ears.heard.some((xml) => told(xml).includes('2 5000')))
    expect(new Set(ears.callers)).toEqual(new Set(['drover']))
    expect(rootOf(ears.heard[0] ?? '', 'Notification')).toMatchObject({
      subscribedResource: LIST,
      subscriptionURI: headers.location,
      status: '0',
      Resource: { '@type': 'DERControlList', '@all': '1' },
    })
    expect(rig.role.stats().notifications.failed).toBe(0)
  })

  test.skipIf(schemaMissing)(`keeps the schema${schemaMissing ? ` (${schemaMissing})` : ''}`, async () => {
    const [client, ears] = [await start(), await listen()]
    await subscribe(client, ears.uri)
    await subscribe(client, ears.uri, '/edev/B-1/derp', 0)
    await rig.command('B-1', 1, [{}])
    await eventually('both', () => ears.heard.length >= 2)
    expect(complaintsOf(ears.heard, 'sep.xsd').filter((complaint) => complaint !== '')).toEqual([])
  })

  test('tells of another poll rate, for a client would keep the old one until it polls', async () => {
    const [client, ears] = [await start(), await listen()]
    await subscribe(client, ears.uri, '/edev/B-1/derp')
    const { lfdi } = await clientCertificate('B-1')
    await rig.enroll({ deviceId: 'B-1', extra: { derType: 'battery', lfdi, pollRateS: '60' } })
    await eventually('the rate', () => ears.heard.some((xml) => /DERProgramList"[^>]*pollRate="60"/.test(xml)))
  })

  test('is tried again until it is taken, and tells then what holds then', async () => {
    const [client, ears] = [await start(), await listen()]
    ears.answers.push(503, 500)
    await subscribe(client, ears.uri)
    await rig.command('B-1', 1, [{}])
    await eventually('the third', () => ears.heard.length >= 3)
    expect(rig.role.stats().notifications.failed).toBe(2)
    expect(told(ears.heard[2] ?? '')).toEqual(['1 5000'])
  })

  test('goes to nobody whose certificate no authority of ours signed', async () => {
    const stranger = await (await createAuthority('another')).issueServer(['127.0.0.1'])
    const [client, ears] = [await start(), await listen(stranger)]
    await subscribe(client, ears.uri)
    await rig.command('B-1', 1, [{}])
    await eventually('its failure', () => rig.role.stats().notifications.failed > 0)
    expect(ears.heard).toEqual([])
  })
})

describe('a Subscription', () => {
  test.each([
    ['https://elsewhere.example/n', 403],
    ['http://127.0.0.1/n', 403],
    ['https://127.0.0.1.example/n', 403],
    ['https://user:word@127.0.0.1/n', 403],
    ['file:///etc/passwd', 403],
    ['sideways', 403],
  ])('to %s: %i', async (uri, status) => {
    expect((await subscribe(await start(), uri)).status).toBe(status)
    expect(rig.kinds('B-1')).toEqual([])
  })

  test('of what is not there, or another’s, or cannot be subscribed to', async () => {
    const client = await start()
    const statuses = []
    for (const path of ['/nothing', '/edev/B-2/derp', '/tm', 'https://elsewhere/'])
      statuses.push((await subscribe(client, 'https://127.0.0.1/', path)).status)
    expect(statuses).toEqual([404, 403, 400, 404])
  })

  test('ends by DELETE; others go on, and a restart forgets none', async () => {
    const [client, ended, stays] = [await start(), await listen(), await listen()]
    const { headers } = await subscribe(client, ended.uri)
    await subscribe(client, stays.uri)
    expect((await client.ask('DELETE', String(headers.location))).status).toBe(204)
    expect((await client.get(String(headers.location))).status).toBe(404)
    await rig.restart()
    const again = await rig.client('B-1')
    await eventually('what was told before', async () => (await again.get('/edev/B-1/sub')).text.includes('all="1"'))
    await rig.command('B-1', 1, [{}])
    await eventually('the control', () => stays.heard.some((xml) => told(xml).includes('1 5000')))
    expect(ended.heard).toEqual([])
  })

  test('a device has at most a hundred', async () => {
    const client = await start({ bucketSize: { perS: 100, burst: 1_000 } })
    const statuses = []
    for (let port = 1; port <= 101; port += 1) statuses.push((await subscribe(client, `https://127.0.0.1:${port}/`)).status)
    expect([statuses.indexOf(400), statuses.at(-1)]).toEqual([100, 400])
    expect((await subscribe(client, 'https://127.0.0.1:100/')).status).toBe(201)
  })
})
