/** The tree as a client finds it: every link leads somewhere, every document keeps the schema, lists are paged, and no client sees another's. */
import { afterEach, describe, expect, test } from 'vitest'
import { aProgram } from '../../build/terms.ts'
import { rootOf, statusXml, textOf, usagePointXml } from '../../fleet/sep2/documents.ts'
import { crawl, tellAll } from './crawl.ts'
import { clientCertificate } from './pki.ts'
import { createRig, HOUR_S, NOW_S, type Rig } from './rig.ts'
import { complaintsOf, schemaMissing } from './schema.ts'

let rig: Rig
afterEach(() => rig.stop())

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'
const lfdiOf = async (name: string) => (await clientCertificate(name)).lfdi
const battery = async (name: string, extra: Record<string, string> = {}) => ({
  deviceId: name,
  extra: { derType: 'battery', lfdi: await lfdiOf(name), pin: '123455', ...extra },
})

describe.skipIf(schemaMissing !== undefined)(`against the schema${schemaMissing === undefined ? '' : ` (${schemaMissing})`}`, () => {
  test('every document that a client can reach is valid', async () => {
    rig = await createRig({ devices: [await battery('B-1')] })
    const client = await rig.client('B-1')
    await tellAll(client, 'B-1')
    const nowMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [
      { endMs: nowMs + HOUR_S * 1000 },
      { startMs: nowMs + 2 * HOUR_S * 1000, endMs: nowMs + 3 * HOUR_S * 1000 },
    ])
    await expect.poll(async () => (await client.get('/edev/B-1/derp/p/derc')).text).toContain('DERControl ')
    const mRID = /<mRID>(\w+)<\/mRID><description>event-1/.exec((await client.get('/edev/B-1/derp/p/derc')).text)?.[1] ?? ''
    const response = `<DERControlResponse ${NS}><endDeviceLFDI>${await lfdiOf('B-1')}</endDeviceLFDI><status>1</status><subject>${mRID}</subject></DERControlResponse>`
    expect((await client.post('/edev/B-1/rsps/1/rsp', response)).status).toBe(201)
    const documents = await crawl(client)
    expect([...documents.keys()]).toEqual(
      expect.arrayContaining(['/tm', '/mup', '/edev/B-1/rg', '/edev/B-1/derp/p/dderc', '/edev/B-1/der/1/ders']),
    )
    expect(documents.size).toBeGreaterThan(25)
    const complaints = complaintsOf([...documents.values()], 'sep.xsd')
    expect(complaints.filter((complaint) => complaint !== '')).toEqual([])
  })

  test('so it is with the controls of CSIP-AUS', async () => {
    const extra = { derType: 'load', csipAus: 'true', lfdi: await lfdiOf('L-1') }
    rig = await createRig({ devices: [{ deviceId: 'L-1', extra, attributes: { ratedW: 120_000, standingLimitW: 100_000 } }] })
    const client = await rig.client('L-1')
    await rig.command('L-1', 1, [{ limitW: 50_000 }])
    const w = `<multiplier>1</multiplier><value>12000</value>`
    const capability = `<DERCapability ${NS} xmlns:c="https://csipaus.org/ns"><modesSupported>00</modesSupported><rtgMaxW>${w}</rtgMaxW><type>82</type><c:doeModesSupported>08</c:doeModesSupported></DERCapability>`
    expect((await client.put('/edev/L-1/der/1/dercap', capability)).status).toBe(204)
    await expect.poll(async () => (await client.get('/edev/L-1/derp/p/derc')).text).toContain('opModLoadLimW')
    const paths = ['/edev/L-1/derp/p/derc', '/edev/L-1/derp/p/actderc', '/edev/L-1/derp/p/dderc', '/edev/L-1/der/1/dercap']
    const documents = await Promise.all(paths.map(async (path) => (await client.get(path)).text))
    expect(documents[0]).toContain('<csipaus:opModLoadLimW><multiplier>1</multiplier><value>5000</value></csipaus:opModLoadLimW>')
    expect(documents[2]).toContain('<csipaus:opModLoadLimW><multiplier>1</multiplier><value>10000</value></csipaus:opModLoadLimW>')
    expect(complaintsOf(documents, 'csipaus-core.xsd').filter((complaint) => complaint !== '')).toEqual([])
  })

  test('refusals carry a valid Error', async () => {
    rig = await createRig({ devices: [await battery('B-1')] })
    const client = await rig.client('B-1')
    const refusals = [await client.post('/mup', '<x'), await client.post('/mup', `<LogEvent ${NS}/>`), await client.get('/edev?l=x')]
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400])
    expect(
      complaintsOf(
        refusals.map(({ text }) => text),
        'sep.xsd',
      ),
    ).toEqual(['', '', ''])
  })
})

test('what a client finds on its way from DeviceCapability to its programs', async () => {
  const first = aProgram('first', { precedence: 1, title: 'First', zone: 'Europe/Berlin' })
  const second = aProgram('second', { precedence: 7, title: 'Second' })
  const device = { ...(await battery('B-1', { pollRateS: '60' })), programs: [second, first] }
  rig = await createRig({ devices: [device], programs: [first, second] })
  const client = await rig.client('B-1')
  const read = async (path: string, name: string) => rootOf((await client.get(path)).text, name)
  expect(await read('/dcap', 'DeviceCapability')).toMatchObject({ '@pollRate': '60', EndDeviceListLink: { '@href': '/edev', '@all': '1' } })
  expect(await read('/edev', 'EndDeviceList')).toMatchObject({ EndDevice: { lFDI: await lfdiOf('B-1'), DERListLink: { '@all': '1' } } })
  expect(await read('/edev/B-1/rg', 'Registration')).toMatchObject({ pIN: '123455', dateTimeRegistered: String(NOW_S - 86_400) })
  const programs = (await client.get('/edev/B-1/derp?l=9')).text
  expect([...programs.matchAll(/<primacy>(\d+)<\/primacy>/g)].map(([, primacy]) => primacy)).toEqual(['1', '69'])
  const { tzOffset, dstOffset, dstStartTime, dstEndTime, currentTime, localTime } = await read('/tm', 'Time')
  expect([tzOffset, dstOffset]).toEqual(['3600', '3600'])
  expect([dstStartTime, dstEndTime].map((time) => new Date(Number(time) * 1000).toISOString())).toEqual([
    '2026-03-29T01:00:00.000Z',
    '2026-10-25T01:00:00.000Z',
  ])
  expect(Number(localTime) - Number(currentTime)).toBe(7_200)
})

describe('lists', () => {
  test('are paged by s, l and a, with all and results', async () => {
    rig = await createRig({ devices: [await battery('B-1')] })
    const client = await rig.client('B-1')
    await client.get('/dcap')
    const atMs = rig.clock.nowMs()
    const hours = Array.from({ length: 5 }, (_, hour) => ({
      startMs: atMs + hour * HOUR_S * 1000,
      endMs: atMs + (hour + 1) * HOUR_S * 1000,
      eventId: `e${hour}`,
    }))
    await rig.command('B-1', 1, hours)
    await expect.poll(async () => (await client.get('/edev/B-1/derp/p/derc')).text).toContain('e4')
    const page = async (query: string) => {
      const { text } = await client.get(`/edev/B-1/derp/p/derc${query}`)
      const { '@all': all, '@results': results } = rootOf(text, 'DERControlList')
      return `${all} ${results} ${[...text.matchAll(/<description>(\w+)</g)].map(([, name]) => name).join(' ')}`.trim()
    }
    expect(await page('')).toBe('5 5 e0 e1 e2 e3 e4')
    expect(await page('?l=2')).toBe('5 2 e0 e1')
    expect(await page('?s=3&l=2')).toBe('5 2 e3 e4')
    expect(await page('?s=4&l=9')).toBe('5 1 e4')
    expect(await page('?s=9')).toBe('5 0')
    expect(await page('?l=0')).toBe('5 0')
    expect(await page(`?a=${Math.floor(atMs / 1000) + HOUR_S}`)).toBe('3 3 e2 e3 e4')
    for (const query of ['?l=x', '?s=-1', '?a=1.5']) expect((await client.get(`/edev/B-1/derp/p/derc${query}`)).status).toBe(400)
  })

  test('of many devices are an aggregator’s', async () => {
    const aggregatorLfdi = await lfdiOf('A-1')
    const managed = Array.from({ length: 300 }, (_, index) => ({
      deviceId: `M-${String(index).padStart(3, '0')}`,
      extra: { derType: 'battery', aggregatorLfdi, lfdi: index.toString(16).padStart(40, 'A') },
    }))
    rig = await createRig({ devices: [...managed, { deviceId: 'A-1', extra: { derType: 'battery', lfdi: aggregatorLfdi } }] })
    const client = await rig.client('A-1')
    const { text } = await client.get('/edev?l=255')
    expect(rootOf(text, 'EndDeviceList')).toMatchObject({ '@all': '301', '@results': '255' })
    expect(text).toMatch(/^[\s\S]{0,200}href="\/edev\/A-1"/)
    expect((await client.get('/edev/M-299/derp')).status).toBe(200)
    expect(rig.role.stats().connected).toBe(301)
  })
})

describe('what is another’s', () => {
  test('is refused, whether it exists or not', async () => {
    rig = await createRig({ devices: [await battery('B-1'), await battery('B-2')] })
    const [one, two] = [await rig.client('B-1'), await rig.client('B-2')]
    expect(await two.post('/mup', usagePointXml(await lfdiOf('B-2'), 'B1', []))).toMatchObject({ status: 201 })
    const usagePoint = String((await two.get('/mup')).text.match(/href="(\/mup\/\w+)"/)?.[1])
    for (const path of ['/edev/B-2', '/edev/B-2/derp/p/derc', '/edev/nobody']) expect((await one.get(path)).status).toBe(403)
    expect((await one.get(usagePoint)).status).toBe(404)
    expect((await one.put('/edev/B-2/der/1/ders', statusXml(NOW_S, 1, true))).status).toBe(403)
    expect((await one.post('/mup', usagePointXml(await lfdiOf('B-2'), 'B2', []))).status).toBe(403)
    expect((await one.get('/edev')).text).not.toContain('B-2')
    expect(rig.kinds('B-2')).toEqual(['MirrorUsagePoint'])
  })

  test('a certificate that the registry does not know is nobody, and its requests leave no trace', async () => {
    rig = await createRig({ devices: [await battery('B-1')] })
    const client = await rig.client('stranger')
    expect((await client.get('/dcap')).status).toBe(403)
    expect((await client.post('/mup', usagePointXml(await lfdiOf('stranger'), 'B1', []))).status).toBe(403)
    expect(rig.role.stats()).toMatchObject({ connected: 0, refused: { 403: 2 } })
  })

  test('a device that the registry says is gone is let in no more', async () => {
    const device = await battery('B-1')
    rig = await createRig({ devices: [device] })
    const client = await rig.client('B-1')
    expect((await client.get('/dcap')).status).toBe(200)
    await rig.enroll({ ...device, attributes: { protocol: 'ocpp' } })
    await expect.poll(async () => (await client.get('/dcap')).status).toBe(403)
  })
})

describe('resources that are not there', () => {
  test.each([
    '/',
    '/nothing',
    '/edev/B-1/derp/other',
    '/edev/B-1/derp/p/derc/AB',
    '/edev/B-1/der/1/ders',
    '/edev/B-1/rg',
    '/mup/AB',
    '/edev/B-1/%zz',
    '//',
  ])('%s', async (path) => {
    const { deviceId, extra } = await battery('B-1')
    const { pin: _, ...rest } = extra as Record<string, string>
    rig = await createRig({ devices: [{ deviceId, extra: rest }] })
    expect((await (await rig.client('B-1')).get(path)).status).toBe(404)
  })

  test('a program that the device has left is shown for as long as a control of it is', async () => {
    const device = await battery('B-1')
    rig = await createRig({ devices: [device], giveWayMs: 10 })
    const client = await rig.client('B-1')
    await client.get('/dcap')
    await rig.command('B-1', 1, [{}])
    await expect.poll(async () => (await client.get('/edev/B-1/derp/p/derc')).text).toContain('DERControl ')
    await rig.enroll({ ...device, programs: [] })
    await rig.command('B-1', 2, [])
    await expect.poll(async () => (await client.get('/edev/B-1/derp/p/derc')).text).toContain('<currentStatus>2<')
    rig.clock.advance(2 * HOUR_S * 1000)
    expect((await client.get('/edev/B-1/derp/p/derc')).status).toBe(404)
    expect(textOf(rootOf((await client.get('/edev/B-1/derp')).text, 'DERProgramList'), '@all')).toBe('0')
  })
})
