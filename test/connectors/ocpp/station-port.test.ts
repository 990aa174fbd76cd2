/** The port to stations beyond the contract: versions that do not fit, what is read back of installed profiles, and missing values. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createStationPort } from '../../../connectors/ocpp/station-port.ts'
import { contentTypes } from '../../../connectors/ocpp/telemetry-decoder.ts'
import { createProfileReports } from '../../../connectors/ocpp/v201/profile-reports.ts'
import { connectors } from '../../../connectors/registry.ts'
import { normalize } from '../../../processors/normalizer/decide.ts'
import { nothingKnown } from '../../../processors/normalizer/state.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { deviceAcks } from '../../../topics/catalogue.ts'
import { answeringStation, type Reply } from './answering-station.ts'
import { aFrame, someAttributes } from './build.ts'
import { type Central, startCentral } from './central.ts'
import { startConnector, type TestConnector } from './connector.ts'

let running: TestConnector | undefined
let central: Central | undefined

afterEach(async () => {
  await running?.role.stop()
  await central?.server.close()
  running = undefined
  central = undefined
})

async function start(): Promise<TestConnector> {
  running = await startConnector(realClock, { probeDelayMs: () => 3_600_000 })
  return running
}

const acksOf = ({ log }: TestConnector, deviceId: string) =>
  log.read(deviceAcks).flatMap(({ value }) => (value?.deviceId === deviceId ? [value] : []))
const accept = (): Reply => ({ result: { status: 'Accepted' } })

describe('a station that speaks another version than it is registered for', () => {
  test.each([
    ['2.0.1', 'ocpp1.6', '1.6'],
    ['', 'ocpp2.0.1', '2.0.1'],
    ['1.6', 'ocpp2.0.1', '2.0.1'],
  ])(
    'registered "%s", offering %s: its commands are rejected, naming the attribute, and it is sent nothing',
    async (ocppVersion, subprotocol, speaks) => {
      const connector = await start()
      await connector.register('CP-1', someAttributes({ extra: { ocppVersion } }))
      const station = await answeringStation(connector.role.url, 'CP-1', { subprotocol, answer: accept })
      await connector.command('CP-1', 1, 3_000)
      await vi.waitFor(() => expect(acksOf(connector, 'CP-1').map(({ status }) => status)).toEqual(['sent', 'rejected']))
      const [, ack] = acksOf(connector, 'CP-1')
      expect(ack).toMatchObject({
        code: 'OtherVersion',
        detail: expect.stringContaining(`attributes.extra.ocppVersion: the station speaks ${speaks}`),
      })
      expect(station.calls).toEqual([])
    },
  )

  test('gets its commands once its registration is corrected', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes())
    const station = await answeringStation(connector.role.url, 'CP-1', { subprotocol: 'ocpp2.0.1', answer: accept })
    await connector.command('CP-1', 1, 3_000)
    await vi.waitFor(() => expect(acksOf(connector, 'CP-1').at(-1)?.status).toBe('rejected'))
    await connector.register('CP-1', someAttributes({ extra: { ocppVersion: '2.0.1' } }))
    await connector.command('CP-1', 2, 3_000)
    await vi.waitFor(() => expect(acksOf(connector, 'CP-1').map(({ status, seq }) => `${status} ${seq}`)).toContain('accepted 2'))
    expect(station.calls[0]?.payload).toMatchObject({ evseId: 0, chargingProfile: { chargingProfilePurpose: 'ChargingStationMaxProfile' } })
  })

  test('may offer both: then the registered one is spoken', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ extra: { ocppVersion: '2.0.1' } }))
    await connector.register('CP-2', someAttributes())
    const subprotocol = 'ocpp1.6, ocpp2.0.1'.split(', ')
    const { default: WebSocket } = await import('ws')
    for (const [id, chosen] of [
      ['CP-1', 'ocpp2.0.1'],
      ['CP-2', 'ocpp1.6'],
    ] as const) {
      const authorization = `Basic ${Buffer.from(`${id}:open sesame`).toString('base64')}`
      const socket = new WebSocket(`${connector.role.url}/${id}`, subprotocol, { headers: { authorization } })
      await new Promise((resolve) => socket.once('open', resolve))
      expect(socket.protocol).toBe(chosen)
    }
  })
})

test('a refusal of 2.0.1 is recorded with its reason', async () => {
  const connector = await start()
  await connector.register('CP-1', someAttributes({ extra: { ocppVersion: '2.0.1' } }))
  const statusInfo = { reasonCode: 'TooManyProfiles', additionalInfo: 'ten at most' }
  await answeringStation(connector.role.url, 'CP-1', {
    subprotocol: 'ocpp2.0.1',
    answer: () => ({ result: { status: 'Rejected', statusInfo } }),
  })
  await connector.command('CP-1', 1, 3_000)
  await vi.waitFor(() =>
    expect(acksOf(connector, 'CP-1').at(-1)).toMatchObject({
      status: 'rejected',
      code: 'Rejected',
      detail: 'TooManyProfiles: ten at most',
    }),
  )
})

describe('a 2.0.1 station without GetCompositeSchedule', () => {
  /** Reports, apart from its answer, what `installed` makes of the profile that it was given. */
  async function read(installed: (profile: Record<string, unknown>) => readonly object[]) {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ extra: { ocppVersion: '2.0.1' } }))
    let given: Record<string, unknown> = {}
    const station = await answeringStation(connector.role.url, 'CP-1', {
      subprotocol: 'ocpp2.0.1',
      answer(action, payload) {
        if (action === 'SetChargingProfile') given = payload.chargingProfile as Record<string, unknown>
        if (action === 'SetChargingProfile') return { result: { status: 'Accepted' } }
        if (action !== 'GetChargingProfiles') return { error: 'NotSupported' }
        const parts = installed(given)
        parts.forEach((profile, index) => {
          const report = {
            requestId: payload.requestId,
            chargingLimitSource: 'CSO',
            evseId: 0,
            chargingProfile: [profile],
            tbc: index < parts.length - 1,
          }
          setImmediate(() => void station.request('ReportChargingProfiles', report))
        })
        return { result: { status: parts.length > 0 ? 'Accepted' : 'NoProfiles' } }
      },
    })
    await connector.command('CP-1', 1, 3_000)
    return { connector, station }
  }

  test('shows by its installed profiles that it took ours: applied, however many parts the report has', async () => {
    const { connector, station } = await read((profile) => [{ ...profile, id: 1 }, profile])
    await vi.waitFor(() =>
      expect(acksOf(connector, 'CP-1').at(-1)).toMatchObject({ status: 'applied', detail: 'GetChargingProfiles: read back' }),
    )
    const question = station.calls.find(({ action }) => action === 'GetChargingProfiles')
    expect(question?.payload.chargingProfile).toEqual({ chargingProfileId: [expect.any(Number)] })
  })

  test('that holds another limit under our id is told of', async () => {
    const { connector } = await read((profile) => {
      const [schedule] = profile.chargingSchedule as { chargingSchedulePeriod: object[] }[]
      return [{ ...profile, chargingSchedule: [{ ...schedule, chargingSchedulePeriod: [{ startPeriod: 0, limit: 9_000 }] }] }]
    })
    await vi.waitFor(() =>
      expect(acksOf(connector, 'CP-1').at(-1)).toMatchObject({ status: 'accepted', detail: expect.stringContaining('9000 W') }),
    )
  })

  test('that has no profile of ours is told of', async () => {
    const { connector } = await read(() => [])
    await vi.waitFor(() =>
      expect(acksOf(connector, 'CP-1').at(-1)).toMatchObject({ status: 'accepted', detail: expect.stringContaining('no profile of ours') }),
    )
  })
})

describe('backfill', () => {
  const missing = { deviceId: 'CP-1', channel: 'import', fromMs: 0, untilMs: 1 } as const
  const portOf = ({ server }: Central) =>
    createStationPort({ server: () => server, epochOf: () => 1, reports: createProfileReports(100), clock: realClock })

  test.each([
    ['ocpp1.6', 'MeterValues', (wh: number) => ({ connectorId: 1, meterValue: [valueAt(String(wh))] })],
    ['ocpp2.0.1', 'MeterValues', (wh: number) => ({ evseId: 1, meterValue: [valueAt(wh)] })],
  ] as const)('over %s: a triggered register recovers the energy of the whole gap', async (subprotocol, action, meterValues) => {
    const fromMs = Date.now() - 6 * 3_600_000
    central = await startCentral()
    const station = await answeringStation(central.url, 'CP-1', {
      subprotocol,
      answer() {
        setImmediate(() => void station.request(action, meterValues(52_345)))
        return { result: { status: 'Accepted' } }
      },
    })
    await vi.waitFor(() => expect(central?.opened).toHaveLength(1))
    expect(await portOf(central).backfill?.(missing)).toBe('coming')
    await vi.waitFor(() => expect(central?.received).toHaveLength(1))
    const raw = (payload: object, receivedMs: number) => ({
      ...aFrame(action, payload),
      receivedMs,
      contentType: contentTypes[subprotocol === 'ocpp1.6' ? '1.6' : '2.0.1'],
    })
    const facts = (payload: object, receivedMs: number) => ({
      raw: raw(payload, receivedMs),
      rawOffset: 0,
      source: 'ocpp' as const,
      ratedW: 11_040,
    })
    const before = JSON.parse(
      JSON.stringify(meterValues(40_000)).replaceAll(/"timestamp":"[^"]+"/g, `"timestamp":"${new Date(fromMs).toISOString()}"`),
    )
    const [, , , triggered] = JSON.parse(central.received[0]?.rawFrame ?? '[]') as [2, string, string, object]
    const { decoder } = connectors.ocpp
    const first = normalize(nothingKnown, decoder(raw(before, fromMs)), facts(before, fromMs))
    const second = normalize(first.state, decoder(raw(triggered, Date.now())), facts(triggered, Date.now()))
    expect(second.faults).toEqual([])
    expect(second.blocks.reduce((sum, { values }) => sum + values.reduce((wh, value) => wh + value, 0), 0)).toBe(12_345)
    expect(second.blocks[0]?.startMs).toBe(fromMs)
  })

  test('is impossible where the station knows no such request, and put off where it is away or refuses', async () => {
    central = await startCentral()
    const port = portOf(central)
    expect(await port.backfill?.(missing)).toBe('later')
    const replies: Reply[] = [{ error: 'NotImplemented' }, { result: { status: 'Rejected' } }, { result: { status: 'NotImplemented' } }]
    await answeringStation(central.url, 'CP-1', { answer: () => replies.shift() ?? 'silence' })
    await vi.waitFor(() => expect(central?.opened).toHaveLength(1))
    expect([await port.backfill?.(missing), await port.backfill?.(missing), await port.backfill?.(missing)]).toEqual([
      'impossible',
      'later',
      'impossible',
    ])
    expect(await port.backfill?.({ ...missing, channel: 'stateOfCharge' })).toBe('impossible')
  })
})

const valueAt = (value: string | number) => ({ timestamp: new Date().toISOString(), sampledValue: [{ value, context: 'Trigger' }] })
