/** Foreign stations that check every message of ours against the published schemas (npm `ocpp-rpc`, strict mode), in both versions. */
import { createRequire } from 'node:module'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OcppVersion } from '../../../connectors/ocpp/wire/dialect.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { deviceAcks, telemetryRaw } from '../../../topics/catalogue.ts'
import { type ClearRequest, clear, type Installed, install, limitW, type Profile } from '../../fleet/ocpp/charging-profile.ts'
import { compositeSchedule } from '../../fleet/ocpp/composite-schedule.ts'
import { type Clear201, clearRequest, installedFrom, type Profile201 } from '../../fleet/ocpp/profile201.ts'
import { traitsOf } from '../../fleet/traits.ts'
import { someAttributes } from './build.ts'
import { PASSWORD } from './central.ts'
import { startConnector, type TestConnector } from './connector.ts'

type Payload = Record<string, unknown>

interface Client {
  connect(): Promise<unknown>
  close(): Promise<unknown>
  call(action: string, payload: object): Promise<Payload>
  handle(action: string, handler: (message: { params: Payload }) => object): void
  on(event: string, listener: (event: { error: unknown }) => void): void
}

const { RPCClient } = createRequire(import.meta.url)('ocpp-rpc') as { RPCClient: new (options: object) => Client }

/** A station of a library that we did not write; only its charging profiles are the fleet's. */
function foreignStation(url: string, version: OcppVersion) {
  const client = new RPCClient({
    endpoint: url,
    identity: 'foreign',
    password: PASSWORD,
    protocols: [`ocpp${version}`],
    strictMode: true,
    reconnect: false,
  })
  const violations: unknown[] = []
  client.on('strictValidationFailure', ({ error }) => violations.push(error))
  const traits = { ...traitsOf(1, 'foreign', {}), ratedW: 11_040, phases: 3, units: 'Power' } as const
  let installed: readonly Installed[] = []
  const clearing = (request: ClearRequest) => {
    const left = clear(installed, request)
    const status = left.length < installed.length ? 'Accepted' : 'Unknown'
    installed = left
    return { status }
  }
  const read = (params: Payload) => compositeSchedule(installed, traits, params, Date.now())
  if (version === '1.6') {
    client.handle('SetChargingProfile', ({ params }) => {
      installed = install(installed, { connectorId: 0, profile: params.csChargingProfiles as Profile, installedMs: Date.now() })
      return { status: 'Accepted' }
    })
    client.handle('ClearChargingProfile', ({ params }) => clearing(params as ClearRequest))
    client.handle('GetCompositeSchedule', ({ params }) => read(params))
    client.handle('GetConfiguration', () => ({
      configurationKey: [
        { key: 'ChargingScheduleMaxPeriods', readonly: true, value: '10' },
        { key: 'ClockAlignedDataInterval', readonly: false, value: '0' },
      ],
    }))
    client.handle('ChangeConfiguration', () => ({ status: 'Accepted' }))
  } else {
    client.handle('SetChargingProfile', ({ params }) => {
      installed = install(installed, installedFrom(params as { evseId: number; chargingProfile: Profile201 }, Date.now()))
      return { status: 'Accepted' }
    })
    client.handle('ClearChargingProfile', ({ params }) => clearing(clearRequest(params as Clear201)))
    client.handle('GetCompositeSchedule', ({ params }) => {
      const { status, connectorId: evseId, scheduleStart, chargingSchedule } = read(params)
      const { startSchedule: _, ...schedule } = chargingSchedule
      return { status, schedule: { ...schedule, evseId, scheduleStart } }
    })
    client.handle('GetVariables', ({ params }) => ({
      getVariableResult: (params.getVariableData as Payload[]).map((asked) => ({
        ...asked,
        attributeStatus: 'Accepted',
        attributeValue: '10',
      })),
    }))
    client.handle('SetVariables', ({ params }) => ({
      setVariableResult: (params.setVariableData as Payload[]).map(({ attributeValue: _, ...asked }) => ({
        ...asked,
        attributeStatus: 'Accepted',
      })),
    }))
  }
  client.handle('TriggerMessage', () => ({ status: 'Accepted' }))
  return { client, violations, limitW: () => limitW(installed, Date.now(), 230) }
}

const now = (): string => new Date().toISOString()

async function charge16({ call }: Pick<Client, 'call'>): Promise<void> {
  expect(await call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })).toMatchObject({ status: 'Accepted' })
  await call('Authorize', { idTag: 'a' })
  await call('StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' })
  const { transactionId } = await call('StartTransaction', { connectorId: 1, idTag: 'a', meterStart: 1_000, timestamp: now() })
  const meterValue = [{ timestamp: now(), sampledValue: [{ value: '1500', context: 'Sample.Clock' }] }]
  await call('MeterValues', { connectorId: 1, transactionId, meterValue })
  await call('StopTransaction', { transactionId, meterStop: 2_000, timestamp: now(), transactionData: meterValue })
  await call('Heartbeat', {})
  await call('DataTransfer', { vendorId: 'v' })
  await call('FirmwareStatusNotification', { status: 'Idle' })
  await call('DiagnosticsStatusNotification', { status: 'Idle' })
  await call('SecurityEventNotification', { type: 'FirmwareUpdated', timestamp: now() })
  await call('SignCertificate', { csr: 'x' })
}

async function charge201({ call }: Pick<Client, 'call'>): Promise<void> {
  expect(await call('BootNotification', { reason: 'PowerUp', chargingStation: { model: 'M', vendorName: 'V' } })).toMatchObject({
    status: 'Accepted',
  })
  const idToken = { idToken: 'a', type: 'ISO14443' }
  await call('Authorize', { idToken })
  await call('StatusNotification', { timestamp: now(), connectorStatus: 'Available', evseId: 1, connectorId: 1 })
  const event = (seqNo: number, value: number, more: object) =>
    call('TransactionEvent', {
      seqNo,
      timestamp: now(),
      transactionInfo: { transactionId: 't-1' },
      meterValue: [{ timestamp: now(), sampledValue: [{ value, context: 'Sample.Clock', unitOfMeasure: { unit: 'Wh', multiplier: 0 } }] }],
      ...more,
    })
  await event(0, 1_000, { eventType: 'Started', triggerReason: 'Authorized', evse: { id: 1, connectorId: 1 }, idToken })
  await event(1, 1_500, { eventType: 'Updated', triggerReason: 'MeterValueClock' })
  await event(2, 2_000, { eventType: 'Ended', triggerReason: 'EVDeparted', offline: true })
  await call('MeterValues', { evseId: 1, meterValue: [{ timestamp: now(), sampledValue: [{ value: 2_000 }] }] })
  await call('NotifyEvent', {
    generatedAt: now(),
    seqNo: 0,
    eventData: [
      {
        eventId: 1,
        timestamp: now(),
        trigger: 'Delta',
        actualValue: '1',
        eventNotificationType: 'HardWiredMonitor',
        component: { name: 'EVSE' },
        variable: { name: 'Power' },
      },
    ],
  })
  await call('NotifyChargingLimit', { chargingLimit: { chargingLimitSource: 'EMS' } })
  await call('ClearedChargingLimit', { chargingLimitSource: 'EMS' })
  await call('NotifyEVChargingNeeds', { evseId: 1, chargingNeeds: { requestedEnergyTransfer: 'DC' } })
  await call('SecurityEventNotification', { type: 'FirmwareUpdated', timestamp: now() })
  await call('FirmwareStatusNotification', { status: 'Idle' })
  await call('LogStatusNotification', { status: 'Idle' })
  await call('SignCertificate', { csr: 'x' })
  await call('DataTransfer', { vendorId: 'v' })
  await call('Heartbeat', {})
}

describe.each([
  ['1.6', charge16],
  ['2.0.1', charge201],
] as const)('a station of ocpp-rpc in strict mode, OCPP %s', (version, charge) => {
  let connector: TestConnector | undefined
  let client: Client | undefined

  afterEach(async () => {
    await client?.close()
    await connector?.role.stop()
  })

  it('boots, is asked what it can do, charges, meters, obeys a profile and its release: nothing of it breaks a schema', async () => {
    const running = await startConnector(realClock)
    connector = running
    const attributes = someAttributes({ cadenceS: 900, extra: { ocppVersion: version } })
    await running.register('foreign', attributes)
    const station = foreignStation(running.role.url, version)
    client = station.client
    await station.client.connect()
    await charge({ call: (action, payload) => station.client.call(action, payload) })
    const acks = () => running.log.read(deviceAcks).map(({ value }) => `${value?.status} ${value?.seq}`)
    await running.command('foreign', 1, 4_000)
    await vi.waitFor(() => expect(acks()).toEqual(['sent 1', 'accepted 1', 'applied 1']), { timeout: 20_000 })
    expect(station.limitW()).toBe(4_000)
    await running.command('foreign', 2, null)
    await vi.waitFor(() => expect(acks().slice(3)).toEqual(['sent 2', 'released 2']), { timeout: 20_000 })
    expect(station.limitW()).toBe(Number.POSITIVE_INFINITY)
    await vi.waitFor(() => expect(running.attributesOf('foreign')?.extra.maxPeriods).toBe('10'), { timeout: 20_000 })
    expect(running.log.read(telemetryRaw.ocpp).map(({ value }) => value?.kind)).toEqual(
      version === '1.6'
        ? ['StartTransaction', 'MeterValues', 'StopTransaction']
        : ['TransactionEvent', 'TransactionEvent', 'TransactionEvent', 'MeterValues'],
    )
    expect(station.violations).toEqual([])
  })
})
