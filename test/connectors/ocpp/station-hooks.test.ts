/** What stations say beyond meter data: answered as the standard says, kept where it is evidence, and told to operators where they must know. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { realClock } from '../../../processors/runtime/clock.ts'
import { deviceConnections, rejectedRecords, telemetryRaw } from '../../../topics/catalogue.ts'
import { type AnsweringStation, answeringStation } from './answering-station.ts'
import { someAttributes } from './build.ts'
import { startConnector, type TestConnector } from './connector.ts'

let running: TestConnector | undefined

afterEach(async () => {
  await running?.role.stop()
  running = undefined
})

const NOW = '2026-07-01T12:00:00Z'

async function connected(subprotocol: string): Promise<{ connector: TestConnector; station: AnsweringStation }> {
  running = await startConnector(realClock, { probeDelayMs: () => 3_600_000 })
  await running.register('CP-1', someAttributes({ extra: { ocppVersion: subprotocol.slice(4) } }))
  const station = await answeringStation(running.role.url, 'CP-1', { subprotocol, answer: () => ({ error: 'NotSupported' }) })
  return { connector: running, station }
}

describe('1.6', () => {
  test.each([
    ['FirmwareStatusNotification', { status: 'Installed' }, {}],
    ['DiagnosticsStatusNotification', { status: 'Uploading' }, {}],
    ['LogStatusNotification', { status: 'Uploaded', requestId: 1 }, {}],
    ['SignedFirmwareStatusNotification', { status: 'InvalidSignature' }, {}],
    ['SecurityEventNotification', { type: 'TamperDetectionActivated', timestamp: NOW }, {}],
    ['SignCertificate', { csr: '-----BEGIN' }, { status: 'Rejected' }],
  ])('answers %s', async (action, payload, answer) => {
    const { station } = await connected('ocpp1.6')
    expect(await station.request(action, payload)).toEqual(answer)
  })
})

describe('2.0.1', () => {
  const idToken = { idToken: 'A1', type: 'ISO14443' }
  const schedule = { id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 1 }] }
  const event = { eventType: 'Started', timestamp: NOW, triggerReason: 'Authorized', seqNo: 0, transactionInfo: { transactionId: 't' } }
  const component = { component: { name: 'EVSE' }, variable: { name: 'Power' } }

  test.each([
    ['Authorize', { idToken }, { idTokenInfo: { status: 'Accepted' } }],
    ['TransactionEvent', event, {}],
    ['TransactionEvent', { ...event, idToken }, { idTokenInfo: { status: 'Accepted' } }],
    ['TransactionEvent', { ...event, eventType: 'Ended', offline: true }, {}],
    ['StatusNotification', { timestamp: NOW, connectorStatus: 'Occupied', evseId: 1, connectorId: 1 }, {}],
    [
      'NotifyEvent',
      {
        generatedAt: NOW,
        seqNo: 0,
        eventData: [
          { eventId: 1, timestamp: NOW, trigger: 'Delta', actualValue: '1', eventNotificationType: 'HardWiredMonitor', ...component },
        ],
      },
      {},
    ],
    ['NotifyReport', { requestId: 1, generatedAt: NOW, seqNo: 0, reportData: [{ variableAttribute: [{ value: '1' }], ...component }] }, {}],
    ['NotifyChargingLimit', { chargingLimit: { chargingLimitSource: 'EMS' }, chargingSchedule: [schedule] }, {}],
    ['ClearedChargingLimit', { chargingLimitSource: 'EMS' }, {}],
    ['NotifyEVChargingNeeds', { evseId: 1, chargingNeeds: { requestedEnergyTransfer: 'DC' } }, { status: 'Rejected' }],
    ['NotifyEVChargingSchedule', { evseId: 1, timeBase: NOW, chargingSchedule: schedule }, { status: 'Accepted' }],
    ['SecurityEventNotification', { type: 'FirmwareUpdated', timestamp: NOW }, {}],
    ['FirmwareStatusNotification', { status: 'Idle' }, {}],
    ['LogStatusNotification', { status: 'Uploaded', requestId: 1 }, {}],
    ['SignCertificate', { csr: 'x' }, { status: 'Rejected' }],
    ['DataTransfer', { vendorId: 'other', data: { any: ['thing'] } }, { status: 'UnknownVendorId' }],
    ['DataTransfer', { vendorId: 'drover', messageId: 'override', data: { by: 'hand' } }, { status: 'Accepted' }],
  ])('answers %s %j', async (action, payload, answer) => {
    const { station } = await connected('ocpp2.0.1')
    expect(await station.request(action, payload)).toEqual(answer)
  })

  test('tells its time, and how often it wants to hear', async () => {
    const { station } = await connected('ocpp2.0.1')
    const boot = await station.request('BootNotification', { reason: 'PowerUp', chargingStation: { model: 'M', vendorName: 'V' } })
    expect(boot).toEqual({ status: 'Accepted', interval: 300, currentTime: expect.any(String) })
    expect(Math.abs(Date.parse(String(boot.currentTime)) - Date.now())).toBeLessThan(60_000)
    expect(await station.request('Heartbeat', {})).toEqual({ currentTime: expect.any(String) })
  })

  test.each([
    ['GetCertificateStatus', 'NotSupported', 'invalidValue'],
    ['ReservationStatusUpdate', 'NotSupported', 'invalidValue'],
    ['Teleport', 'NotImplemented', 'invalidValue'],
  ])('refuses %s as %s, and keeps it whole', async (action, code, reason) => {
    const { connector, station } = await connected('ocpp2.0.1')
    await expect(station.request(action, { a: 1 })).rejects.toThrow(code)
    expect(connector.log.read(rejectedRecords).map(({ value }) => [value?.reason, value?.value?.toString()])).toEqual([
      [reason, `[2,"q1","${action}",{"a":1}]`],
    ])
    expect(await connector.count('refused_total', { version: '2.0.1', code })).toBe(1)
  })

  test('spells its errors as 2.0.1 does', async () => {
    const { station } = await connected('ocpp2.0.1')
    await expect(station.request('Authorize', {})).rejects.toThrow('OccurrenceConstraintViolation')
  })

  test('keeps frames under a media type that tells the version', async () => {
    const { connector, station } = await connected('ocpp2.0.1')
    await station.request('TransactionEvent', event)
    expect(connector.log.read(telemetryRaw.ocpp).map(({ value }) => [value?.kind, value?.contentType])).toEqual([
      ['TransactionEvent', 'application/json; subprotocol=ocpp2.0.1'],
    ])
  })
})

test('operators hear of security events, and of a clock that is ahead, once', async () => {
  const { connector, station } = await connected('ocpp1.6')
  await station.request('SecurityEventNotification', { type: 'InvalidMessages', timestamp: new Date().toISOString() })
  const ahead = () =>
    station.request('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Available',
      timestamp: new Date(Date.now() + 7_200_000).toISOString(),
    })
  await ahead()
  await ahead()
  expect(connector.lines).toEqual([
    'ocpp CP-1: security event InvalidMessages',
    expect.stringMatching(/^ocpp CP-1: its clock is ahead.*\((7199|7200) s\)$/),
  ])
  expect(await connector.count('clock_skew_seconds', { le: '+Inf' })).toBe(1)
})

test('the log knows how a connection ended', async () => {
  const { connector } = await connected('ocpp1.6')
  const second = await answeringStation(connector.role.url, 'CP-1', { answer: () => 'silence' })
  const reasons = () => connector.log.read(deviceConnections).flatMap(({ value }) => (value && !value.opened ? [value.reason] : []))
  await vi.waitFor(() => expect(reasons()).toEqual(['replaced by a newer connection']))
  await second.close()
  await vi.waitFor(() => expect(reasons()).toEqual(['replaced by a newer connection', 'the socket closed']))
})
