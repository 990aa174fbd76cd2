/** Enphase says the end of each interval, and leaves out those of which it has no report. */
import { expect, test } from 'vitest'
import { decodeEnphase } from '../../../../connectors/inverter/enphase/decode.ts'
import { rawJson } from '../../../build/raw.ts'

const endOf = (quarters: number): number => 1_780_272_000 + quarters * 900

test('an interval starts where the vendor says that the one before ended, and what is left out is not there', () => {
  const intervals = [1, 2, 4].map((quarters) => ({ end_at: endOf(quarters), devices_reporting: 1, wh_del: quarters }))
  const { readings } = decodeEnphase(rawJson({ intervals }, { kind: 'enphase.production_meter' }))
  expect(readings).toMatchObject([
    { channel: 'generation', startMs: endOf(0) * 1000, stepMs: 900_000, values: [1, 2] },
    { channel: 'generation', startMs: endOf(3) * 1000, values: [4] },
  ])
})

test('inverters report by five minutes', () => {
  const intervals = [{ end_at: endOf(1), enwh: 30 }]
  const { readings } = decodeEnphase(rawJson({ intervals }, { kind: 'enphase.production_micro' }))
  expect(readings).toMatchObject([{ startMs: endOf(1) * 1000 - 300_000, stepMs: 300_000, values: [30] }])
})

test('a battery imports what it charges and exports what it discharges', () => {
  const intervals = [{ end_at: endOf(1), charge: { enwh: 0 }, discharge: { enwh: 700 }, soc: { percent: 50 } }]
  const { readings } = decodeEnphase(rawJson({ intervals }, { kind: 'enphase.battery' }))
  expect(readings).toMatchObject([
    { channel: 'import', values: [0] },
    { channel: 'export', values: [700] },
  ])
})

test('a body of another shape is refused whole', () => {
  expect(() => decodeEnphase(rawJson({ intervals: 'none' }, { kind: 'enphase.battery' }))).toThrow()
  expect(() => decodeEnphase(rawJson({ intervals: [] }, { kind: 'enphase.unheard-of' }))).toThrow('enphase.unheard-of')
})
