/** The server against models of others: the Python package envoy-schema reads what it sends, and it takes what that package writes. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { crawl, tellAll } from '../../connectors/sep2/crawl.ts'
import { clientCertificate } from '../../connectors/sep2/pki.ts'
import { createRig, HOUR_S, NOW_S, type Rig } from '../../connectors/sep2/rig.ts'
import { controlsOf, meterReadingXml, responseXml, statusXml, subscriptionXml, usagePointXml } from '../../fleet/sep2/documents.ts'
import { eventually } from '../../support/eventually.ts'
import { envoySchema, missing } from '../peers.mjs'

const reason = missing(envoySchema)
const script = fileURLToPath(new URL('read.py', import.meta.url))

interface Made {
  readonly model: string
  readonly value: unknown
  readonly rewritten: string
  readonly fault?: string
}

function readByEnvoy(documents: ReadonlyMap<string, string>): ReadonlyMap<string, Made> {
  const input = JSON.stringify(Object.fromEntries(documents))
  const run = spawnSync(envoySchema.program, [script], { input, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (run.status !== 0) throw new Error(run.stderr)
  return new Map(Object.entries(JSON.parse(run.stdout) as Record<string, Made>))
}

/** Of these function sets the package has no models. */
const WITHOUT_MODEL = ['/lel: no model', '/rsps: no model', '/rsps/1: no model']
/** Its DERCapability must have an element of CSIP-AUS 1.3, which is in another namespace than that of 1.2 and earlier. */
const OF_CSIP_AUS = '/der/1/dercap: DERCapability: 1 validation error for DERCapability\ndoeModesSupported'
const EXPECTED = [...WITHOUT_MODEL, OF_CSIP_AUS].map((fault) => `/edev/B-1${fault}`)

describe.skipIf(reason !== undefined)(`${envoySchema.name}${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let rig: Rig
  afterEach(() => rig.stop())
  const start = async () => {
    const { lfdi } = await clientCertificate('B-1')
    rig = await createRig({ devices: [{ deviceId: 'B-1', extra: { derType: 'battery', lfdi, pin: '123455' } }] })
    return { lfdi, client: await rig.client('B-1') }
  }

  test('reads every document that a client can reach, and the controls as they are', async () => {
    const { client } = await start()
    await tellAll(client, 'B-1')
    const nowMs = rig.clock.nowMs()
    await rig.command('B-1', 1, [{ endMs: nowMs + HOUR_S * 1000 }])
    const list = await eventually('a control', async () => {
      const { text } = await client.get('/edev/B-1/derp/p/derc')
      return controlsOf(text).length > 0 && text
    })
    const documents = await crawl(client)
    const made = readByEnvoy(documents)
    const faults = [...made].filter(([, { fault }]) => fault !== undefined).map(([path, { fault }]) => `${path}: ${fault}`)
    expect(faults.filter((fault) => !EXPECTED.some((expected) => fault.startsWith(expected)))).toEqual([])
    expect(made.size - faults.length).toBeGreaterThan(20)
    const [control] = controlsOf(list)
    expect(made.get('/edev/B-1/derp/p/derc')?.value).toMatchObject({
      DERControl: [
        {
          mRID: control?.mRID,
          interval: { start: control?.startS, duration: HOUR_S },
          DERControlBase_: { opModFixedW: 5_000 },
        },
      ],
    })
  })

  test('writes what the server takes', async () => {
    const { client, lfdi } = await start()
    await client.get('/dcap')
    await rig.command('B-1', 1, [{}])
    const control = await eventually('a control', async () => controlsOf((await client.get('/edev/B-1/derp/p/derc')).text)[0])
    const type = '<accumulationBehaviour>4</accumulationBehaviour><uom>72</uom>'
    const made = readByEnvoy(
      new Map([
        ['usage point', usagePointXml(lfdi, 'B100', [{ mRID: 'A100', type }])],
        ['readings', meterReadingXml('A100', [{ startS: NOW_S - 300, durationS: 300, value: 250 }])],
        ['status', statusXml(NOW_S, 5_000, true)],
        ['response', responseXml(lfdi, control.mRID, 1, NOW_S)],
        ['subscription', subscriptionXml('/edev/B-1/derp/p/derc', 'https://127.0.0.1:9/n')],
      ]),
    )
    const written = (name: string): string => {
      const { fault, rewritten } = made.get(name) as Made
      expect([name, fault]).toEqual([name, undefined])
      return rewritten
    }
    const { status, headers } = await client.post('/mup', written('usage point'))
    expect(status).toBe(201)
    expect((await client.post(String(headers.location), written('readings'))).status).toBe(201)
    expect((await client.put('/edev/B-1/der/1/ders', written('status'))).status).toBe(204)
    expect((await client.post(control.replyTo, written('response'))).status).toBe(201)
    expect((await client.post('/edev/B-1/sub', written('subscription'))).status).toBe(201)
    await eventually('its ack', () => rig.acks('B-1').includes('accepted 1'))
  })
})
