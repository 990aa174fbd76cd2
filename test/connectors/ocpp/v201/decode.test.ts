/** Meter data of OCPP 2.0.1 in raw frames: units with powers of ten, registers of their EVSE, transactions, late and doubled events. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentTypes, decodeOcpp } from '../../../../connectors/ocpp/telemetry-decoder.ts'
import { normalize } from '../../../../processors/normalizer/decide.ts'
import { nothingKnown } from '../../../../processors/normalizer/state.ts'
import { aFrame, NOW_MS } from '../build.ts'

const timestamp = new Date(NOW_MS).toISOString()
const raw = (action: string, payload: object) => ({ ...aFrame(action, payload), contentType: contentTypes['2.0.1'] })
const decode = (action: string, payload: object) => decodeOcpp(raw(action, payload))
const meterValues = (sampledValue: object[], evseId = 1) => decode('MeterValues', { evseId, meterValue: [{ timestamp, sampledValue }] })
const event = (more: object) =>
  decode('TransactionEvent', {
    eventType: 'Updated',
    timestamp,
    triggerReason: 'MeterValueClock',
    seqNo: 1,
    transactionInfo: { transactionId: 'tx-1' },
    meterValue: [{ timestamp, sampledValue: [{ value: 1200 }] }],
    ...more,
  })

const measurand = 'Energy.Active.Import.Register'

describe('values', () => {
  test.each([
    [{ value: 1200 }, 1200],
    [{ value: 1200.5 }, 1201],
    [{ value: 1.2345, unitOfMeasure: { unit: 'kWh' } }, 1235],
    [{ value: 1.2345, unitOfMeasure: { multiplier: 3 } }, 1235],
    [{ value: 12_345, unitOfMeasure: { unit: 'Wh', multiplier: -1 } }, 1235],
    [{ value: 1.005, unitOfMeasure: { unit: 'kWh', multiplier: 0 } }, 1005],
    [{ value: 2e-7, unitOfMeasure: { unit: 'kWh', multiplier: 6 } }, 200],
  ])('%j is %i Wh', (value, registerWh) => {
    expect(meterValues([{ ...value, measurand }])).toMatchObject({ faults: [], readings: [{ kind: 'register', registerWh }] })
  })

  test('property: a register is the same to the watt-hour in whichever unit and power of ten it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 0, max: 6 }), fc.boolean(), (wh, power, isKilo) => {
        const shift = power + (isKilo ? 3 : 0)
        const value = Number(`${wh}e-${shift}`)
        const unitOfMeasure = { unit: isKilo ? 'kWh' : 'Wh', multiplier: power }
        expect(meterValues([{ value, measurand, unitOfMeasure }]).readings).toMatchObject([{ registerWh: wh }])
      }),
    )
  })

  test.each([
    ['a negative register', { value: -1 }],
    ['a power of ten that no meter counts in', { value: 1, unitOfMeasure: { multiplier: 19 } }],
    ['a unit that is none of energy', { value: 1, unitOfMeasure: { unit: 'W' } }],
    ['a measurand unheard of', { value: 1, measurand: 'Energy.Dark' }],
  ])('%s is a fault, and the rest counts', (_, value) => {
    const { readings, faults } = meterValues([
      { measurand, ...value },
      { value: 50, unitOfMeasure: { unit: 'Percent' }, measurand: 'SoC' },
    ])
    expect(faults).toMatchObject([{ reason: 'invalidValue', path: 'meterValue.0.sampledValue.0' }])
    expect(readings).toMatchObject([{ kind: 'instant', channel: 'stateOfCharge' }])
  })

  test('measurands that only 2.0.1 knows are no complaint', () => {
    expect(
      meterValues([
        { value: 7, measurand: 'Energy.Active.Net' },
        { value: 7, measurand: 'Energy.Apparent.Import' },
      ]),
    ).toEqual({ readings: [], faults: [] })
  })

  test('phases are summed, and the context is kept', () => {
    const phases = ['L1', 'L2', 'L3'].map((phase) => ({ value: 100, measurand, phase, context: 'Sample.Clock' }))
    expect(meterValues(phases).readings).toMatchObject([{ registerWh: 300, code: 'Sample.Clock' }])
  })
})

describe('registers', () => {
  test('are those of their EVSE at its outlet; EVSE 0 is the whole station', () => {
    expect(meterValues([{ value: 1 }], 2).readings).toMatchObject([{ register: '2' }])
    expect(meterValues([{ value: 1, location: 'Inlet' }], 0).readings).toMatchObject([{ register: '' }])
    expect(meterValues([{ value: 1, location: 'EV' }], 1).readings).toEqual([])
  })

  test('of a transaction are those of the EVSE that its first event names', () => {
    const [started] = event({ eventType: 'Started', evse: { id: 3 } }).readings
    expect(started).toMatchObject({ register: '3', transactionId: 'tx-1' })
    expect(event({}).readings).toMatchObject([{ register: null, transactionId: 'tx-1' }])
  })

  test('a transaction without meter values says nothing, and is no fault', () => {
    expect(event({ meterValue: undefined })).toEqual({ readings: [], faults: [] })
  })
})

test('frames of 1.6 from before the media type told versions apart are read as before', () => {
  const old = aFrame('MeterValues', { connectorId: 1, meterValue: [{ timestamp, sampledValue: [{ value: '1200' }] }] })
  expect(old.contentType).toBe('application/json')
  expect(decodeOcpp(old).readings).toMatchObject([{ registerWh: 1200, register: '1' }])
  expect(decodeOcpp({ ...old, contentType: contentTypes['2.0.1'] }).faults).toMatchObject([{ reason: 'unreadableBody' }])
})

test('property: whatever comes twice, late or out of order, the energy is that of the registers', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(
      steps.chain((energies) =>
        fc.record({
          energies: fc.constant(energies),
          order: fc.shuffledSubarray([...energies.keys()].slice(1), { minLength: energies.length - 1 }),
          twice: fc.subarray([...energies.keys()].slice(1)),
        }),
      ),
      ({ energies, order, twice }) => {
        const registerAt = (index: number) => energies.slice(0, index + 1).reduce((sum, wh) => sum + wh, 10_000)
        const frame = (index: number) => {
          const atMs = NOW_MS - (energies.length - index) * 900_000
          const at = new Date(atMs).toISOString()
          const meterValue = [{ timestamp: at, sampledValue: [{ value: registerAt(index), context: 'Sample.Clock' }] }]
          const eventType = index === 0 ? 'Started' : 'Updated'
          const evse = index === 0 ? { evse: { id: 1 } } : {}
          const payload = {
            eventType,
            timestamp: at,
            triggerReason: 'MeterValueClock',
            seqNo: index,
            offline: index > 0,
            transactionInfo: { transactionId: 'tx' },
            meterValue,
            ...evse,
          }
          return { ...raw('TransactionEvent', payload), receivedMs: NOW_MS }
        }
        let state = nothingKnown
        let sumWh = 0
        for (const index of [0, ...order, ...twice]) {
          const one = frame(index)
          const taken = normalize(state, decodeOcpp(one), { raw: one, rawOffset: 0, source: 'ocpp', ratedW: 22_080 })
          expect(taken.faults).toEqual([])
          state = taken.state
          sumWh += taken.blocks.flatMap(({ values }) => values).reduce((sum, wh) => sum + wh, 0)
        }
        expect(sumWh).toBe(registerAt(energies.length - 1) - registerAt(0))
      },
    ),
  )
})
