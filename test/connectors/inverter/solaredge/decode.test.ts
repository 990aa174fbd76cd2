/** SolarEdge's quarter hours stand at the instants at which the site's clock showed them; null is a value that is not there. */
import { expect, test } from 'vitest'
import { decodeSolaredge } from '../../../../connectors/inverter/solaredge/decode.ts'
import { SITE_ENERGY, SITES_ENERGY } from '../../../../connectors/inverter/solaredge/telemetry.ts'
import { rawJson } from '../../../build/raw.ts'

const QUARTER_MS = 900_000
const zone = 'application/json; zone="America/Los_Angeles"'
const energy = (values: readonly (readonly [date: string, value: number | null])[], unit = 'Wh') => ({
  energy: { timeUnit: 'QUARTER_OF_AN_HOUR', unit, measuredBy: 'METER', values: values.map(([date, value]) => ({ date, value })) },
})
const decode = (json: unknown, kind = SITE_ENERGY) => decodeSolaredge(rawJson(json, { kind, contentType: zone }))

test('values are energies generated from their local time on, in whatever unit', () => {
  const { readings, faults } = decode(energy([['2026-07-01 12:00:00', 0.25]], 'kWh'))
  expect(faults).toEqual([])
  expect(readings).toMatchObject([
    { channel: 'generation', startMs: Date.parse('2026-07-01T19:00:00Z'), stepMs: QUARTER_MS, values: [250], qualities: ['measured'] },
  ])
})

test('null is missing and no zero', () => {
  const { readings } = decode(
    energy([
      ['2026-07-01 12:00:00', 5],
      ['2026-07-01 12:15:00', null],
      ['2026-07-01 12:30:00', 0],
    ]),
  )
  expect(readings).toMatchObject([{ values: [5, 0, 0], qualities: ['measured', 'missing', 'measured'] }])
})

test('the hour that is there twice is two hours', () => {
  const hour = ['01:00:00', '01:15:00', '01:30:00', '01:45:00']
  const values = [...hour, ...hour].map((time, index) => [`2026-11-01 ${time}`, index] as const)
  const { readings, faults } = decode(energy(values))
  expect(faults).toEqual([])
  expect(readings).toMatchObject([{ startMs: Date.parse('2026-11-01T08:00:00Z'), values: [0, 1, 2, 3, 4, 5, 6, 7] }])
})

test('a value at a time that the clock skips is a fault by its place; without a value it says nothing', () => {
  const { readings, faults } = decode(
    energy([
      ['2026-03-08 01:45:00', 1],
      ['2026-03-08 02:00:00', null],
      ['2026-03-08 02:15:00', 7],
      ['2026-03-08 03:00:00', 2],
    ]),
  )
  expect(faults).toMatchObject([{ reason: 'invalidValue', path: 'values.2' }])
  expect(readings).toMatchObject([{ startMs: Date.parse('2026-03-08T09:45:00Z'), values: [1, 2] }])
})

test('a bulk answer of one site is read like its own, and one of several is refused', () => {
  const values = [{ date: '2026-07-01 12:00:00', value: 9 }]
  const bulk = (count: number) => ({
    sitesEnergy: {
      ...{ timeUnit: 'QUARTER_OF_AN_HOUR', unit: 'Wh', count },
      siteEnergyList: Array.from({ length: count }, () => ({ siteId: 1, energyValues: { values } })),
    },
  })
  expect(decode(bulk(1), SITES_ENERGY).readings).toMatchObject([{ values: [9] }])
  expect(() => decode(bulk(2), SITES_ENERGY)).toThrow()
})
