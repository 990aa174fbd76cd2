/** A runtime report becomes modelled energies: seconds of running by what the equipment draws; what the thermostat did not send is missing. */
import { expect, test } from 'vitest'
import { decodeEcobee } from '../../../../connectors/thermostat/ecobee/decode.ts'
import { rawJson } from '../../../build/raw.ts'

const contentType = 'application/json; cool-w="3600"; heat-w="0"; aux-w="7200"'
const decode = (rowList: readonly string[], columns = 'compCool1,compHeat1,auxHeat1') =>
  decodeEcobee(rawJson({ columns, reportList: [{ rowList }] }, { protocol: 'thermostat', contentType }))

test('a second at 3.6 kW is a watt-hour, and a gas furnace draws nothing', () => {
  const { readings, faults } = decode(['2026-07-01,12:00:00,300,0,0', '2026-07-01,12:05:00,0,300,0', '2026-07-01,12:10:00,60,0,30'])
  expect(faults).toEqual([])
  expect(readings).toMatchObject([
    { channel: 'import', startMs: Date.UTC(2026, 6, 1, 12), stepMs: 300_000, values: [300, 0, 120], qualities: Array(3).fill('modelled') },
  ])
})

test('an empty cell is missing and no zero', () => {
  expect(decode(['2026-07-01,12:00:00,,,']).readings).toMatchObject([{ qualities: ['missing'] }])
})

test('columns count by their names, in whatever order', () => {
  expect(decode(['2026-07-01,12:00:00,99,70,300'], 'zoneHumidity,outdoorTemp,compCool1').readings).toMatchObject([{ values: [300] }])
})

test('a row that makes no sense is a fault by its place, and the others are used', () => {
  const { readings, faults } = decode([
    '2026-07-01,12:00:00,301,0,0',
    '2026-07-01,12:03:00,0,0,0',
    'nonsense',
    '2026-07-01,12:10:00,300,0,0',
  ])
  expect(faults.map(({ path }) => path)).toEqual([0, 1, 2].map((row) => `reportList.0.rowList.${row}`))
  expect(readings).toMatchObject([{ startMs: Date.UTC(2026, 6, 1, 12, 10), values: [300] }])
})
