/** Requests that are refused: each in the protocol's own words, kept where it is evidence, and harmless to everybody else. */
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deviceAcks, rejectedRecords } from '../../../topics/catalogue.ts'
import { rootOf, statusXml, textOf, usagePointXml } from '../../fleet/sep2/documents.ts'
import { eventually } from '../../support/eventually.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { authority, clientCertificate } from './pki.ts'
import { createRig, NOW_S, type Rig } from './rig.ts'

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'
const STATUS = '/edev/B-1/der/1/ders'
const MAX_BODY_BYTES = 10_000

let rig: Rig
let client: HttpClient
beforeEach(async () => {
  const devices = await Promise.all(
    ['B-1', 'B-2'].map(async (deviceId) => ({
      deviceId,
      extra: { derType: 'battery', lfdi: (await clientCertificate(deviceId)).lfdi },
    })),
  )
  rig = await createRig({ devices, maxBodyBytes: MAX_BODY_BYTES, bucketSize: { perS: 0.01, burst: 30 } })
  client = await rig.client('B-1')
})
afterEach(() => rig.stop())

const reasonOf = ({ text }: HttpAnswer) => (text === '' ? undefined : textOf(rootOf(text, 'Error'), 'reasonCode'))
const isServed = async () => expect((await (await rig.client('B-2')).get('/dcap')).status).toBe(200)

describe('by their head', () => {
  test('405 names what the resource allows, and HEAD is a GET without a body', async () => {
    const { status, headers } = await client.ask('DELETE', '/dcap')
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
    expect((await client.ask('PATCH', '/mup', '<x/>')).headers.allow).toBe('GET, HEAD, POST')
    const [head, whole] = [await client.ask('HEAD', '/dcap'), await client.get('/dcap')]
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(Buffer.byteLength(whole.text))])
  })

  test.each(['text/html', 'application/sep-exi', 'application/sep+xml;q=0'])('406 for one who accepts only %s', async (accept) => {
    expect((await client.ask('GET', '/dcap', undefined, { accept })).status).toBe(406)
  })

  test.each(['application/sep+xml; level=+S1', '*/*', 'text/html, application/*;q=0.1', ''])(
    '200 for one who accepts %s',
    async (accept) => {
      expect((await client.ask('GET', '/dcap', undefined, { accept })).status).toBe(200)
    },
  )

  test.each([{ 'content-type': 'application/json' }, { 'content-type': '' }, { 'content-encoding': 'gzip' }])(
    '415 for %o',
    async (headers) => {
      expect((await client.ask('PUT', STATUS, statusXml(NOW_S, 1, true), headers)).status).toBe(415)
      expect(rig.kinds('B-1')).toEqual([])
    },
  )

  test('413 for a body that says that it is too large, or is', async () => {
    const large = statusXml(NOW_S, 1, true).padEnd(MAX_BODY_BYTES + 1)
    const said = await client.put(STATUS, large)
    expect([said.status, reasonOf(said)]).toEqual([413, '2'])
    const head = `PUT ${STATUS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/sep+xml\r\ntransfer-encoding: chunked\r\n\r\n`
    expect(await rawly(`${head}${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /)
    expect((await client.put(STATUS, statusXml(NOW_S, 1, true).padEnd(MAX_BODY_BYTES))).status).toBe(204)
    expect(rig.kinds('B-1')).toEqual(['DERStatus'])
  })

  test('429 for a flood, until time has passed; others are served meanwhile', async () => {
    const answers: HttpAnswer[] = []
    for (let asked = 0; asked < 31; asked += 1) answers.push(await client.get('/tm'))
    const last = answers.at(-1) as HttpAnswer
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 30 }, () => 200), 429])
    expect([last.headers['retry-after'], reasonOf(last)]).toEqual(['100', '4'])
    await isServed()
    rig.clock.advance(100_000)
    expect((await client.get('/tm')).status).toBe(200)
  })

  test('a head that is no HTTP, or too long, ends its connection only', async () => {
    const long = await client.get(`/dcap?${'x'.repeat(9_000)}`).catch(() => undefined)
    expect([431, undefined]).toContain(long?.status)
    await rawly('NONSENSE\r\n\r\n')
    await isServed()
  })

  test('half a body leaves no trace', async () => {
    await rawly(`PUT ${STATUS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/sep+xml\r\ncontent-length: 500\r\n\r\n<DERStatus`)
    await isServed()
    expect(rig.kinds('B-1')).toEqual([])
  })
})

/** Sends bytes over a connection of its own; resolves with the answer, empty where the server closed it without one. */
async function rawly(text: string): Promise<string> {
  const { cert, key } = await clientCertificate('B-1')
  const socket = connect({ port: rig.role.port, host: '127.0.0.1', cert, key, ca: (await authority()).cert })
  const answer = await new Promise<string>((resolve) => {
    socket.on('error', () => resolve(''))
    socket.on('data', (chunk) => resolve(String(chunk)))
    socket.on('close', () => resolve(''))
    socket.once('secureConnect', () => socket.end(text))
  })
  socket.destroy()
  return answer
}

describe('by their body', () => {
  const status = statusXml(NOW_S, 1, true)
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${status}`
  const deep = `<DERStatus ${NS}>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</DERStatus>`
  test.each([
    ['nothing', '', '0'],
    ['text', 'charge 50 %', '0'],
    ['HTML', '<html><body>502 Bad Gateway</body></html>', '0'],
    ['half a document', status.slice(0, -9), '0'],
    ['a document type with entities', bomb, '0'],
    ['an entity that nobody declared', status.replace('>1<', '>&x;<'), '0'],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from(status), Buffer.from([0xff])]), '0'],
    ['deep nesting', deep, '0'],
    ['another namespace', status.replace('urn:ieee:std:2030.5:ns', 'http://zigbee.org/sep'), '0'],
    ['another message', `<LogEvent ${NS}/>`, '0'],
    ['an element that is missing', status.replace(/<readingTime>\d+<\/readingTime>/, ''), '1'],
    ['an element that is unknown', status.replace('<readingTime>', '<charge>1</charge><readingTime>'), '1'],
    ['a value out of range', statusXml(NOW_S, 10_001, true), '1'],
    ['a value that is no number', status.replace('>1<', '>much<'), '1'],
  ])('%s: 400, and kept whole', async (_, body, reason) => {
    const answer = await client.put(STATUS, body)
    expect(answer.status).toBe(400)
    expect(rig.kinds('B-1')).toEqual([])
    await isServed()
    const kept = rig.log.read(rejectedRecords).map(({ value }) => value)
    if (body.length === 0) expect(kept).toEqual([])
    else {
      expect(['0', '1']).toContain(reasonOf(answer))
      expect(reasonOf(answer)).toBe(reason)
      expect(kept.map((record) => record?.value?.equals(Buffer.from(body)))).toEqual([true])
    }
  })
})

describe('while the log cannot be written', () => {
  test('a client is told to come again, and what it told is on the log once when it did', async () => {
    await client.get('/dcap')
    rig.log.failWith('the broker is away')
    const body = usagePointXml((await clientCertificate('B-1')).lfdi, 'B1', [])
    const refused = await client.post('/mup', body)
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30'])
    rig.log.failWith(undefined)
    expect((await client.post('/mup', body)).status).toBe(201)
    expect(rig.kinds('B-1')).toEqual(['MirrorUsagePoint'])
  })

  test('a device is not served before the log knows that it is there', async () => {
    rig.log.failWith('the broker is away')
    expect((await client.get('/dcap')).status).toBe(503)
    expect(rig.role.stats().connected).toBe(0)
    rig.log.failWith(undefined)
    expect((await client.get('/dcap')).status).toBe(200)
    await rig.command('B-1', 1, [{}])
    await eventually('its command', () => rig.log.read(deviceAcks).length > 0)
  })
})
