/** Meter data: units, defaults, phases and directions as OCPP 1.6 has them, nonsense refused by name. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTelemetry } from '../../../../connectors/ocpp/v16/decode.ts'
import type { SampledValue } from '../../../../connectors/ocpp/v16/station-messages.ts'

const timestamp = '2026-06-01T12:00:00Z'
const timestampMs = Date.UTC(2026, 5, 1, 12)
const decode = (...sampledValue: SampledValue[]) =>
  decodeTelemetry({ action: 'MeterValues', payload: { connectorId: 2, meterValue: [{ timestamp, sampledValue }] } })

describe('decodeTelemetry of MeterValues', () => {
  it('takes a bare value for an import register in Wh, sampled periodically at the outlet', () => {
    expect(decode({ value: '1234' })).toEqual({
      readings: [
        {
          channel: 'import',
          registerWh: 1234,
          timestampMs,
          connectorId: 2,
          context: 'Sample.Periodic',
          location: 'Outlet',
          measurand: 'Energy.Active.Import.Register',
          unit: 'Wh',
        },
      ],
      refused: [],
      unused: [],
    })
  })

  it.each([
    [
      { value: '1.005', unit: 'kWh' },
      { channel: 'import', registerWh: 1005, unit: 'kWh' },
    ],
    [
      { value: '7', measurand: 'Energy.Active.Export.Register' },
      { channel: 'export', registerWh: 7 },
    ],
    [
      { value: '0.25', measurand: 'Energy.Active.Import.Interval', unit: 'kWh' },
      { channel: 'import', intervalWh: 250 },
    ],
    [
      { value: '3', measurand: 'Energy.Active.Export.Interval' },
      { channel: 'export', intervalWh: 3 },
    ],
    [
      { value: '11.04', measurand: 'Power.Active.Import', unit: 'kW' },
      { channel: 'import', powerW: 11040 },
    ],
    [
      { value: '500', measurand: 'Power.Active.Export' },
      { channel: 'export', powerW: 500, unit: 'W' },
    ],
    [
      { value: '81', measurand: 'SoC', unit: 'Percent', location: 'EV' },
      { channel: 'soc', socPercent: 81, location: 'EV' },
    ],
    [
      { value: 42, context: 'Sample.Clock' },
      { registerWh: 42, context: 'Sample.Clock' },
    ],
  ])('reads %j', (value, reading) => {
    const { readings, refused } = decode(value)
    expect(refused).toEqual([])
    expect(readings).toHaveLength(1)
    expect(readings[0]).toMatchObject(reading)
  })

  it('adds up phases exactly and rounds once', () => {
    const phases = ['L1-N', 'L2-N', 'L3-N'].map((phase) => ({ value: '0.0004', unit: 'kWh', phase }))
    expect(decode(...phases).readings).toMatchObject([{ registerWh: 1 }])
  })

  it('prefers the stated total to the phases beside it', () => {
    const power = { measurand: 'Power.Active.Import', unit: 'W' }
    expect(decode({ ...power, value: '300' }, { ...power, value: '101', phase: 'L1' }).readings).toMatchObject([{ powerW: 300 }])
  })

  it('keeps contexts and places apart', () => {
    const { readings } = decode({ value: '1', location: 'Inlet' }, { value: '2', location: 'Outlet' }, { value: '3', context: 'Trigger' })
    expect(readings.map(({ registerWh }) => registerWh)).toEqual([1, 2, 3])
  })

  it.each<[SampledValue, string]>([
    [{ value: 'abc' }, 'value-not-a-number'],
    [{ value: '' }, 'value-not-a-number'],
    [{ value: '-5' }, 'value-negative'],
    [{ value: '9999999999999', unit: 'kWh' }, 'value-out-of-range'],
    [{ value: '5', unit: 'A' }, 'unit-not-of-measurand'],
    [{ value: '5', unit: 'constructor' }, 'unit-not-of-measurand'],
    [{ value: '5', measurand: 'Power.Active.Import', unit: 'kWh' }, 'unit-not-of-measurand'],
    [{ value: '5', measurand: 'Energy.Imagined' }, 'measurand-unknown'],
    [{ value: '5', measurand: 'toString' }, 'measurand-unknown'],
    [{ value: 'AF00', format: 'SignedData' }, 'format-signed'],
    [{ value: '5', phase: 'L1-L2' }, 'phase-not-summable'],
    [{ value: '120', measurand: 'SoC' }, 'value-out-of-range'],
  ])('refuses %j by name and keeps the rest', (bad, reason) => {
    const { readings, refused } = decode(bad, { value: '500', measurand: 'Power.Active.Export' })
    expect(refused.map((refusal) => [refusal.path, refusal.reason])).toEqual([['meterValue.0.sampledValue.0', reason]])
    expect(readings).toMatchObject([{ powerW: 500 }])
  })

  it('refuses a sum that lacks a phase, and a phase given twice', () => {
    const reasons = (...values: SampledValue[]) => decode(...values).refused.map(({ reason }) => reason)
    expect(reasons({ value: '1', phase: 'L1' }, { value: 'x', phase: 'L2' })).toEqual(['value-not-a-number', 'phase-incomplete'])
    expect(reasons({ value: '1', phase: 'L1' }, { value: '2', phase: 'L1-N' })).toEqual(['phase-duplicate'])
  })

  it('refuses one unreadable time and reads the other', () => {
    const meterValue = [
      { timestamp: 'yesterday', sampledValue: [{ value: '1' }] },
      { timestamp, sampledValue: [{ value: '2' }] },
    ]
    const decoded = decodeTelemetry({ action: 'MeterValues', payload: { connectorId: 1, meterValue } })
    expect(decoded.refused).toMatchObject([{ path: 'meterValue.0.timestamp', reason: 'timestamp-unreadable' }])
    expect(decoded.readings).toMatchObject([{ registerWh: 2 }])
  })

  it('names the measurands it has no use for', () => {
    expect(decode({ value: '230', measurand: 'Voltage', unit: 'V' })).toEqual({ readings: [], refused: [], unused: ['Voltage'] })
  })

  it('reads any whole number of Wh the same in Wh and in kWh', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), (wh) => {
        const kWh = `${Math.floor(wh / 1000)}.${String(wh % 1000).padStart(3, '0')}`
        expect(decode({ value: kWh, unit: 'kWh' }).readings[0]?.registerWh).toBe(wh)
        expect(decode({ value: String(wh) }).readings[0]?.registerWh).toBe(wh)
      }),
    )
  })
})

describe('decodeTelemetry of transactions', () => {
  it('reads meterStart and meterStop as registers in Wh', () => {
    const start = decodeTelemetry({ action: 'StartTransaction', payload: { connectorId: 1, idTag: 'a', meterStart: 10, timestamp } })
    expect(start.readings).toMatchObject([{ registerWh: 10, context: 'Transaction.Begin', connectorId: 1 }])
    const transactionData = [{ timestamp, sampledValue: [{ value: '15', context: 'Transaction.Begin' }] }]
    const stop = decodeTelemetry({ action: 'StopTransaction', payload: { transactionId: 9, meterStop: 20, timestamp, transactionData } })
    expect(stop.readings).toMatchObject([
      { registerWh: 15, transactionId: 9 },
      { registerWh: 20, context: 'Transaction.End' },
    ])
  })

  it('finds no readings elsewhere', () => {
    expect(decodeTelemetry({ action: 'Heartbeat', payload: {} }).readings).toEqual([])
  })
})
