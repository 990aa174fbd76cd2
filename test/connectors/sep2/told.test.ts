/** What clients tell: on the log byte for byte, shown back, and energies that add up to the meter's own, whatever the batches. */
import { afterEach, describe, expect, test } from 'vitest'
import { decodeSep2 } from '../../../connectors/sep2/decode.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import {
  childrenOf,
  meterReadingXml,
  responseXml,
  rootOf,
  statusXml,
  textOf,
  usagePointXml,
  type Value,
} from '../../fleet/sep2/documents.ts'
import { eventually } from '../../support/eventually.ts'
import type { HttpClient } from './http-client.ts'
import { clientCertificate } from './pki.ts'
import { createRig, NOW_S, type Rig, type RigOptions } from './rig.ts'

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'
const DELTA = '<accumulationBehaviour>4</accumulationBehaviour><uom>72</uom>'
const KWH = '<accumulationBehaviour>4</accumulationBehaviour><powerOfTenMultiplier>3</powerOfTenMultiplier><uom>72</uom>'

let rig: Rig
afterEach(() => rig.stop())
const lfdiOf = async (name: string) => (await clientCertificate(name)).lfdi

async function start(options: Partial<RigOptions> = {}): Promise<HttpClient> {
  rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi: await lfdiOf('B-1') } }], ...options })
  return rig.client('B-1')
}
const mirror = async (client: HttpClient, type: string, mRID = 'B1') =>
  String((await client.post('/mup', usagePointXml(await lfdiOf('B-1'), mRID, [{ mRID: 'A1', type }]))).headers.location)

/** Wh by start, in seconds, of all that the log holds; what stands twice is one. */
function energies(): Map<number, number> {
  const raws = rig.log.read(telemetryRaw.sep2).flatMap(({ value }) => value ?? [])
  return new Map(
    raws.flatMap((raw) =>
      decodeSep2(raw).readings.flatMap((r) => (r.kind === 'interval' ? [[r.startMs / 1000, r.energyWh] as const] : [])),
    ),
  )
}
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

describe('a mirrored meter', () => {
  const day: readonly Value[] = Array.from({ length: 48 }, (_, index) => ({
    startS: NOW_S - (48 - index) * 300,
    durationS: 300,
    value: (index * 37) % 101,
  }))

  test('told one by one, in batches, late and twice: every interval once, and the sum is the meter’s', async () => {
    const client = await start()
    const path = await mirror(client, DELTA)
    const batches = [day.slice(40), ...day.slice(20, 40).map((value) => [value]), day.slice(0, 21), day.slice(5, 6)]
    for (const batch of batches) expect((await client.post(path, meterReadingXml('A1', batch))).status).toBe(201)
    expect(energies().size).toBe(48)
    expect(sum(energies().values())).toBe(sum(day.map(({ value }) => value)))
  })

  test('is on the log byte for byte, and what it is made of stands beside it, after a restart too', async () => {
    const client = await start()
    const path = await mirror(client, KWH)
    await rig.restart()
    const again = await rig.client('B-1')
    const body = meterReadingXml('A1', [{ startS: NOW_S - 300, durationS: 300, value: 2 }])
    await eventually('its usage point', async () => (await again.post(path, body)).status === 201)
    const raw = rig.log.read(telemetryRaw.sep2).at(-1)?.value
    expect([raw?.kind, raw?.body.toString('utf8')]).toEqual(['MirrorMeterReading', body])
    expect([...energies()]).toEqual([[NOW_S - 300, 2_000]])
  })

  test('said again it is the same resource; another type of a reading holds from then on', async () => {
    const client = await start()
    const [first, second] = [await mirror(client, DELTA), await mirror(client, KWH)]
    expect(second).toBe(first)
    expect(rootOf((await client.get('/mup')).text, 'MirrorUsagePointList')).toMatchObject({ '@all': '1' })
    await client.post(first, meterReadingXml('A1', [{ startS: NOW_S - 300, durationS: 300, value: 1 }]))
    expect([...energies().values()]).toEqual([1_000])
  })

  test('that is not the one that counts makes no energy', async () => {
    const client = await start()
    const premises = usagePointXml(await lfdiOf('B-1'), 'B2', [{ mRID: 'A1', type: DELTA }], '0003')
    const { headers } = await client.post('/mup', premises)
    expect((await client.post(String(headers.location), meterReadingXml('A1', day))).status).toBe(201)
    expect(energies().size).toBe(0)
  })

  test('is refused where a reading has no type, where there are too many, and once it was ended', async () => {
    const client = await start()
    const path = await mirror(client, DELTA)
    expect((await client.post(path, meterReadingXml('A2', day))).status).toBe(400)
    for (let more = 2; more <= 20; more += 1) await mirror(client, DELTA, `B${String(more).padStart(3, '0')}`)
    const most = await client.post('/mup', usagePointXml(await lfdiOf('B-1'), 'FFFF', []))
    expect([most.status, textOf(rootOf(most.text, 'Error'), 'reasonCode')]).toEqual([400, '2'])
    expect((await client.ask('DELETE', path)).status).toBe(204)
    expect((await client.post(path, meterReadingXml('A1', day))).status).toBe(404)
    expect(energies().size).toBe(0)
  })
})

describe('a DER', () => {
  test('is shown as it was put, and its state of charge is a reading', async () => {
    const client = await start()
    expect((await client.get('/edev/B-1/der/1/ders')).status).toBe(404)
    expect((await client.put('/edev/B-1/der/1/ders', statusXml(NOW_S, 4_321, false))).status).toBe(204)
    const shown = rootOf((await client.get('/edev/B-1/der/1/ders')).text, 'DERStatus')
    expect(shown).toMatchObject({ stateOfChargeStatus: { value: '4321' }, storageModeStatus: { value: '1' } })
    const [raw] = rig.log.read(telemetryRaw.sep2).flatMap(({ value }) => value ?? [])
    expect(raw && decodeSep2(raw).readings).toMatchObject([{ channel: 'stateOfCharge', energyWh: 432, startMs: NOW_S * 1000 }])
  })

  test('of another kind is not put in its place', async () => {
    const client = await start()
    const settings = `<DERSettings ${NS}><setGradW>0</setGradW><setMaxW><multiplier>0</multiplier><value>1</value></setMaxW><updatedTime>1</updatedTime></DERSettings>`
    expect((await client.put('/edev/B-1/der/1/dercap', settings)).status).toBe(400)
    expect((await client.put('/edev/B-1/der/1/derg', settings)).status).toBe(204)
    expect((await client.put('/edev/B-1/der/2/derg', settings)).status).toBe(404)
  })
})

test('LogEvents and Responses can be read again, the newest first', async () => {
  const client = await start()
  const logEvent = (id: number) =>
    `<LogEvent ${NS}><createdDateTime>${NOW_S + id}</createdDateTime><functionSet>11</functionSet><logEventCode>4</logEventCode><logEventID>${id}</logEventID><logEventPEN>37244</logEventPEN><profileID>2</profileID></LogEvent>`
  for (const id of [1, 2]) {
    const { status, headers } = await client.post('/edev/B-1/lel', logEvent(id))
    expect(status).toBe(201)
    expect((await client.get(String(headers.location))).text).toContain(`<logEventID>${id}<`)
  }
  const events = childrenOf(rootOf((await client.get('/edev/B-1/lel?l=9')).text, 'LogEventList'), 'LogEvent')
  expect(events.map((event) => textOf(event, 'logEventID'))).toEqual(['2', '1'])

  await rig.command('B-1', 1, [{}])
  const mRID = await eventually('a control', async () => /<mRID>(\w+)</.exec((await client.get('/edev/B-1/derp/p/derc')).text)?.[1])
  const { headers } = await client.post('/edev/B-1/rsps/1/rsp', responseXml(await lfdiOf('B-1'), mRID, 1, NOW_S))
  expect(rootOf((await client.get(String(headers.location))).text, 'Response')).toMatchObject({ subject: mRID, status: '1' })
})
