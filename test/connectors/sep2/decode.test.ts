/** Readings as clients send them become energies: deltas, registers and mean powers, in their direction, on the clock, with their quality. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSep2 } from '../../../connectors/sep2/decode.ts'
import { readMessage } from '../../../connectors/sep2/messages/read.ts'
import { contentTypeOf } from '../../../connectors/sep2/metering/context.ts'
import { onGrid } from '../../../connectors/sep2/metering/grid.ts'
import { define, defineReading, measuresOf } from '../../../connectors/sep2/metering/usage-point.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'
const LFDI = '3E4F45AB31EDFE5B67E343E5E4562E31984E23E5'
const RECEIVED_S = 1_767_225_600
const DELTA = '<accumulationBehaviour>4</accumulationBehaviour><uom>72</uom>'
const REGISTER = '<accumulationBehaviour>9</accumulationBehaviour><uom>72</uom>'
const AVERAGE = '<dataQualifier>2</dataQualifier><uom>38</uom>'

/** By mRID, the inside of each ReadingType; order of elements is free. */
type Types = Readonly<Record<string, string>>

function usagePoint(types: Types, roleFlags = '0049'): string {
  const readings = Object.entries(types).map(
    ([mRID, type]) => `<MirrorMeterReading><mRID>${mRID}</mRID><ReadingType>${type}</ReadingType></MirrorMeterReading>`,
  )
  return `<MirrorUsagePoint ${NS}><mRID>0A</mRID><roleFlags>${roleFlags}</roleFlags><serviceCategoryKind>0</serviceCategoryKind><status>1</status><deviceLFDI>${LFDI}</deviceLFDI>${readings.join('')}</MirrorUsagePoint>`
}

function rawOf(
  kind: 'MirrorMeterReading' | 'MirrorMeterReadingList' | 'MirrorUsagePoint',
  body: string,
  types: Types,
  counts = true,
): RawTelemetry {
  const defined = define(undefined, readMessage(Buffer.from(usagePoint(types)), ['MirrorUsagePoint']).value)
  const { readings, ...point } = defined
  const measures = measuresOf(defined)
  const said = [...readings.values()].flatMap((reading) => {
    const measure = measures.get(reading.mRID)
    return measure ? [{ ...reading, measure }] : []
  })
  return raw(kind, body, contentTypeOf({ counts, usagePoint: point, readings: said }))
}

const raw = (kind: string, body: string, contentType = 'application/sep+xml'): RawTelemetry => ({
  deviceId: 'd',
  protocol: 'sep2',
  kind,
  source: 'sep2@test',
  receivedMs: RECEIVED_S * 1000,
  epoch: 0,
  contentType,
  body: Buffer.from(body),
  sha256: '',
})

const reading = (inner: string, mRID = 'A1') => `<MirrorMeterReading ${NS}><mRID>${mRID}</mRID>${inner}</MirrorMeterReading>`
const value = (amount: number, startS: number, durationS: number, more = '') =>
  `<Reading>${more}<timePeriod><duration>${durationS}</duration><start>${startS}</start></timePeriod><value>${amount}</value></Reading>`

const decode = (inner: string, type: string, counts = true) => decodeSep2(rawOf('MirrorMeterReading', reading(inner), { A1: type }, counts))

describe('what values are', () => {
  test('energy of an interval', () => {
    expect(decode(value(250, RECEIVED_S - 300, 300), DELTA)).toEqual({
      faults: [],
      readings: [
        {
          kind: 'interval',
          channel: 'import',
          register: '',
          startMs: (RECEIVED_S - 300) * 1000,
          stepMs: 300_000,
          energyWh: 250,
          quality: 'measured',
          code: 'delta',
          path: 'MirrorMeterReading.Reading',
        },
      ],
    })
  })

  test('received from the customer is export, and a negative amount goes the other way', () => {
    const [out] = decode(value(250, RECEIVED_S - 300, 300), `${DELTA}<flowDirection>19</flowDirection>`).readings
    expect(out).toMatchObject({ channel: 'export', energyWh: 250 })
    const [back] = decode(value(-250, RECEIVED_S - 300, 300), DELTA).readings
    expect(back).toMatchObject({ channel: 'export', energyWh: 250 })
  })

  test('the power of ten scales', () => {
    expect(decode(value(3, RECEIVED_S - 300, 300), `${DELTA}<powerOfTenMultiplier>3</powerOfTenMultiplier>`).readings).toMatchObject([
      { energyWh: 3_000 },
    ])
  })

  test('a register is read at the end of its period, or when it was updated', () => {
    expect(decode(value(9_000, RECEIVED_S - 300, 300), REGISTER).readings).toMatchObject([
      { kind: 'register', registerWh: 9_000, atMs: RECEIVED_S * 1000 },
    ])
    const updated = `<lastUpdateTime>${RECEIVED_S - 60}</lastUpdateTime><Reading><value>7</value></Reading>`
    expect(decode(updated, REGISTER).readings).toMatchObject([{ kind: 'register', registerWh: 7, atMs: (RECEIVED_S - 60) * 1000 }])
  })

  test('mean net power is energy by its time, signed, and an estimate', () => {
    expect(decode(value(1_200, RECEIVED_S - 300, 300), AVERAGE).readings).toMatchObject([
      { channel: 'net', energyWh: 100, quality: 'estimated', code: 'average' },
    ])
    expect(decode(value(-1_200, RECEIVED_S - 300, 300), AVERAGE).readings).toMatchObject([{ channel: 'net', energyWh: -100 }])
    const reverse = `${AVERAGE}<flowDirection>19</flowDirection>`
    expect(decode(value(1_200, RECEIVED_S - 300, 300), reverse).readings).toMatchObject([{ channel: 'net', energyWh: -100 }])
  })

  test('mean powers of both directions are import and export', () => {
    const types = { A1: AVERAGE, A2: `${AVERAGE}<flowDirection>19</flowDirection>` }
    const body = reading(value(1_200, RECEIVED_S - 300, 300), 'A2')
    expect(decodeSep2(rawOf('MirrorMeterReading', body, types)).readings).toMatchObject([{ channel: 'export', energyWh: 100 }])
  })

  test.each([
    ['maximum', '<dataQualifier>8</dataQualifier><uom>38</uom>'],
    ['minimum', '<dataQualifier>9</dataQualifier><uom>38</uom>'],
    ['one phase', `${AVERAGE}<phase>128</phase>`],
    ['instantaneous power', '<accumulationBehaviour>12</accumulationBehaviour><uom>38</uom>'],
    ['voltage', '<dataQualifier>2</dataQualifier><uom>29</uom>'],
    ['reactive power', '<dataQualifier>2</dataQualifier><uom>63</uom>'],
  ])('%s makes no energy, and is no fault', (_, type) => {
    expect(decode(value(1, RECEIVED_S - 300, 300), type)).toEqual({ readings: [], faults: [] })
  })

  test('the same energy said twice counts once: registers before intervals before mean power', () => {
    const types = { A1: AVERAGE, A2: DELTA, A3: REGISTER }
    const kinds = (mRID: string) =>
      decodeSep2(rawOf('MirrorMeterReading', reading(value(1, RECEIVED_S - 300, 300), mRID), types)).readings.map(({ kind }) => kind)
    expect([kinds('A1'), kinds('A2'), kinds('A3')]).toEqual([[], [], ['register']])
  })

  test('a usage point that does not count makes nothing', () => {
    expect(decode(value(1, RECEIVED_S - 300, 300), DELTA, false)).toEqual({ readings: [], faults: [] })
  })

  test.each([
    ['0001', 'measured'],
    ['0002', 'edited'],
    ['0004', 'estimated'],
    ['0008', 'estimated'],
    ['0010', 'estimated'],
    ['0020', 'modelled'],
    ['0040', 'modelled'],
    ['', 'measured'],
  ])('quality flags %s are %s, and kept', (flags, quality) => {
    const more = `<qualityFlags>${flags}</qualityFlags>`
    expect(decode(value(1, RECEIVED_S - 300, 300, more), DELTA).readings).toMatchObject([
      { quality, code: flags === '' ? 'delta' : `delta ${flags}` },
    ])
  })
})

describe('where values stand', () => {
  const set = (inner: string, startS = RECEIVED_S - 900, durationS = 900) =>
    `<MirrorReadingSet><mRID>B1</mRID><timePeriod><duration>${durationS}</duration><start>${startS}</start></timePeriod>${inner}</MirrorReadingSet>`

  test('a set of values with times, and one without', () => {
    const timed = [3, 2, 1].map((back) => value(back, RECEIVED_S - 300 * back, 300)).join('')
    expect(decode(set(timed), DELTA).readings).toMatchObject(
      [3, 2, 1].map((back) => ({ energyWh: back, startMs: (RECEIVED_S - 300 * back) * 1000 })),
    )
    const bare = [3, 2, 1].map((amount) => `<Reading><value>${amount}</value></Reading>`).join('')
    expect(decode(set(bare), DELTA).readings).toEqual(
      decode(set(timed), DELTA).readings.map((each, index) => ({
        ...each,
        path: `MirrorMeterReading.MirrorReadingSet.0.Reading.${index}`,
      })),
    )
    expect(decode(set(bare), `${DELTA}<intervalLength>300</intervalLength>`).readings).toHaveLength(3)
  })

  test('several meter readings at once, each by its own type', () => {
    const list = `<MirrorMeterReadingList ${NS}>${['A1', 'A2'].map((mRID) => reading(value(5, RECEIVED_S - 300, 300), mRID).replace(` ${NS}`, '')).join('')}</MirrorMeterReadingList>`
    const types = { A1: DELTA, A2: `${DELTA}<flowDirection>19</flowDirection>` }
    expect(decodeSep2(rawOf('MirrorMeterReadingList', list, types)).readings.map(({ channel }) => channel)).toEqual(['import', 'export'])
  })

  test('a definition without values is nothing, and no fault', () => {
    expect(decodeSep2(rawOf('MirrorUsagePoint', usagePoint({ A1: DELTA }), { A1: DELTA }))).toEqual({ readings: [], faults: [] })
  })
})

describe('what cannot be used', () => {
  test('a period off the clock is a fault that says what to do', () => {
    const { readings, faults } = decode(value(1, RECEIVED_S - 250, 250), DELTA)
    expect(readings).toEqual([])
    expect(faults).toMatchObject([
      { reason: 'invalidValue', path: 'MirrorMeterReading.Reading', detail: expect.stringMatching(/on the clock/) },
    ])
  })

  test('one bad value holds up no other', () => {
    const readings = `<MirrorReadingSet><mRID>B1</mRID><timePeriod><duration>600</duration><start>${RECEIVED_S - 600}</start></timePeriod>${value(1, RECEIVED_S - 111, 77)}${value(2, RECEIVED_S - 300, 300)}</MirrorReadingSet>`
    expect(decode(readings, DELTA)).toMatchObject({ readings: [{ energyWh: 2 }], faults: [{}] })
  })

  test('a body that is no document, and one that does not say whose it is', () => {
    expect(decodeSep2(raw('DERStatus', 'x')).faults).toMatchObject([{ reason: 'unreadableBody' }])
    expect(decodeSep2(raw('MirrorMeterReading', reading(''))).faults).toMatchObject([{ reason: 'unreadableBody' }])
  })

  test('what has no quantities is no fault', () => {
    expect(decodeSep2(raw('LogEvent', `<LogEvent ${NS}/>`))).toEqual({ readings: [], faults: [] })
  })
})

test('state of charge in thousandths, in its minute', () => {
  const charge = `<DERStatus ${NS}><readingTime>1</readingTime><stateOfChargeStatus><dateTime>${RECEIVED_S + 7}</dateTime><value>6543</value></stateOfChargeStatus></DERStatus>`
  expect(decodeSep2(raw('DERStatus', charge)).readings).toMatchObject([
    { channel: 'stateOfCharge', energyWh: 654, startMs: RECEIVED_S * 1000, stepMs: 60_000, quality: 'measured' },
  ])
})

describe('the grid', () => {
  test.each([
    [RECEIVED_S, 300, RECEIVED_S, 300, false],
    [RECEIVED_S + 1, 298, RECEIVED_S, 300, true],
    [RECEIVED_S - 5, 310, RECEIVED_S, 300, true],
    [RECEIVED_S, 3_600, RECEIVED_S, 3_600, false],
    [RECEIVED_S + 2_700, 3_600, RECEIVED_S + 2_700, 3_600, false],
  ])('%i for %i s is %i for %i s', (startS, durationS, gridS, stepS, moved) => {
    expect(onGrid(startS, durationS)).toEqual({ startMs: gridS * 1000, stepMs: stepS * 1000, moved })
  })

  test.each([
    [RECEIVED_S + 150, 300],
    [RECEIVED_S, 250],
    [RECEIVED_S, 0],
    [RECEIVED_S, 86_400],
  ])('%i for %i s is none', (startS, durationS) => {
    expect(onGrid(startS, durationS)).toBeUndefined()
  })

  test('property: what is moved is moved by no more than its tolerance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 4_000 }), (startS, durationS) => {
        const period = onGrid(startS, durationS)
        if (!period) return
        expect(Math.abs(period.startMs / 1000 - startS)).toBeLessThanOrEqual(30)
        expect(Math.abs((period.startMs + period.stepMs) / 1000 - startS - durationS)).toBeLessThanOrEqual(30)
      }),
    )
  })
})

describe('definitions', () => {
  test('what is left out stays as it was, and a new type replaces the old', () => {
    const first = define(undefined, readMessage(Buffer.from(usagePoint({ A1: DELTA })), ['MirrorUsagePoint']).value)
    const again = define(first, readMessage(Buffer.from(usagePoint({})), ['MirrorUsagePoint']).value)
    expect(measuresOf(again).get('A1')?.use).toBe('delta')
    const bare = readMessage(Buffer.from(reading('')), ['MirrorMeterReading']).value
    expect(measuresOf(defineReading(again, bare)).get('A1')?.use).toBe('delta')
    const typed = readMessage(Buffer.from(reading(`<ReadingType>${REGISTER}</ReadingType>`)), ['MirrorMeterReading']).value
    expect(measuresOf(defineReading(again, typed)).get('A1')?.use).toBe('register')
  })
})
