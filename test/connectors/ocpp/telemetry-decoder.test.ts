/** Raw frames of stations become quantities that the normalizer can count, and nothing is counted twice. */
import { describe, expect, test } from 'vitest'
import { decodeOcpp } from '../../../connectors/ocpp/telemetry-decoder.ts'
import { answer } from '../../../connectors/ocpp/v16/answers.ts'
import { validateStationRequest } from '../../../connectors/ocpp/v16/validate.ts'
import { aFrame, NOW_MS } from './build.ts'

const timestamp = new Date(NOW_MS).toISOString()
const meterValues = (sampledValue: object[], more: object = { connectorId: 1 }) =>
  decodeOcpp(aFrame('MeterValues', { ...more, meterValue: [{ timestamp, sampledValue }] }))

const register = { value: '1.2345', unit: 'kWh', measurand: 'Energy.Active.Import.Register' }
const interval = { value: '250', measurand: 'Energy.Active.Import.Interval' }

describe('MeterValues', () => {
  test('registers are those of their connector, in whole Wh', () => {
    expect(meterValues([{ ...register, context: 'Sample.Clock' }], { connectorId: 2, transactionId: 7 })).toEqual({
      readings: [
        {
          kind: 'register',
          channel: 'import',
          register: '2',
          transactionId: '7',
          code: 'Sample.Clock',
          path: 'Energy.Active.Import.Register',
          atMs: NOW_MS,
          registerWh: 1235,
        },
      ],
      faults: [],
    })
  })

  test('connector 0 is the whole station, metered at its inlet', () => {
    expect(meterValues([{ ...register, location: 'Inlet' }], { connectorId: 0 }).readings).toMatchObject([{ register: '' }])
  })

  test('what the vehicle or the cable meters is not counted beside the outlet', () => {
    expect(meterValues([{ ...register, location: 'EV' }, { ...register, location: 'Cable' }, register]).readings.length).toBe(1)
    expect(meterValues([{ ...register, location: 'Inlet' }]).readings).toEqual([])
  })

  test('power and state of charge are instants', () => {
    const { readings } = meterValues([
      { value: '7200', measurand: 'Power.Active.Import' },
      { value: '55', measurand: 'SoC', unit: 'Percent' },
    ])
    expect(readings).toMatchObject([
      { kind: 'instant', channel: 'import' },
      { kind: 'instant', channel: 'stateOfCharge' },
    ])
  })

  test('an interval of unknown length counts for nothing beside a register, and is a fault without one', () => {
    expect(meterValues([interval, register])).toMatchObject({ readings: [{ kind: 'instant' }, { kind: 'register' }], faults: [] })
    const alone = meterValues([interval])
    expect(alone.readings).toEqual([])
    expect(alone.faults).toMatchObject([
      { reason: 'invalidValue', path: 'Energy.Active.Import.Interval', detail: expect.stringContaining('MeterValuesAlignedData') },
    ])
  })

  test('a value that makes no sense is a fault with its place, and the others count', () => {
    const decoded = meterValues([{ value: 'many' }, { value: '5', measurand: 'SoC', unit: 'Percent' }])
    expect(decoded.readings.length).toBe(1)
    expect(decoded.faults).toMatchObject([
      { reason: 'invalidValue', path: 'meterValue.0.sampledValue.0', detail: expect.stringContaining('many') },
    ])
  })
})

describe('transactions', () => {
  const start = { connectorId: 2, idTag: 'tag', meterStart: 100, timestamp }

  test('a start ties its connector to the transaction that we answered with', () => {
    const checked = validateStationRequest('StartTransaction', start)
    if (!checked.ok) throw new Error(checked.fault.description)
    const answered = answer(checked.value, { stationId: 'CP-1', nowMs: NOW_MS, heartbeatIntervalS: 300 }) as { transactionId: number }
    expect(decodeOcpp(aFrame('StartTransaction', start)).readings).toMatchObject([
      { kind: 'register', register: '2', registerWh: 100, transactionId: String(answered.transactionId) },
    ])
  })

  test('a stop names the transaction only', () => {
    const { readings } = decodeOcpp(aFrame('StopTransaction', { transactionId: 9, meterStop: 150, timestamp }))
    expect(readings).toMatchObject([{ kind: 'register', register: null, transactionId: '9', registerWh: 150 }])
  })
})

describe('what is no meter data', () => {
  test.each([
    ['an answer', '[3,"1",{}]'],
    ['no JSON', 'hello'],
    ['an unknown action', '[2,"1","Bogus",{}]'],
    ['a payload against its schema', '[2,"1","MeterValues",{"connectorId":1,"meterValue":[]}]'],
  ])('%s is one fault', (_, text) => {
    const decoded = decodeOcpp({ ...aFrame('MeterValues', {}), body: Buffer.from(text) })
    expect(decoded).toMatchObject({ readings: [], faults: [{ reason: 'unreadableBody' }] })
  })
})
