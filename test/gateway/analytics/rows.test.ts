/** Records become rows of the columns that their tables have. */
import { expect, test } from 'vitest'
import { ddlStatements } from '../../../gateway/analytics/ddl.ts'
import { rowMakers } from '../../../gateway/analytics/loaded-topics.ts'
import { createRowBuffer } from '../../../gateway/analytics/rowbinary.ts'
import { RowError, type RowMaker, type Valued } from '../../../gateway/analytics/rows/declare.ts'
import { dispatchDecisions, settlementResults, telemetryIntervals } from '../../../topics/catalogue.ts'
import { decisionBlock, intervalBlock, settlementResult, T0 } from './blocks.ts'

const at = <T>(value: T, topic = 'a.v1'): Valued<T> => ({ value, key: 'k', topic, partition: 3, offset: 42, timestampMs: T0 + 5 })

function makerOf(topic: string): RowMaker {
  const maker = rowMakers.find((candidate) => candidate.topic.name === topic)
  if (!maker) throw new Error(`nothing loads ${topic}`)
  return maker
}

/** Columns of a table as the DDL names them, in order. */
function columnsOf(table: string): readonly string[] {
  const statement = ddlStatements().find(({ sql }) =>
    new RegExp(`CREATE (OR REPLACE )?TABLE (IF NOT EXISTS )?drover\\.${table}\\n`).test(sql),
  )
  return [...(statement?.sql ?? '').matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name ?? '')
}

test('each topic is loaded once, by columns that its table has', () => {
  expect(new Set(rowMakers.map(({ topic }) => topic.name)).size).toBe(rowMakers.length)
  for (const { table, columns } of rowMakers)
    expect({ table, columns: [...columns].sort() }).toEqual({ table, columns: [...columnsOf(table)].sort() })
})

test('every row says where its record stands', () => {
  for (const maker of rowMakers) expect(maker.columns.slice(-4)).toEqual(['recorded_at', 'topic', 'partition', 'offset'])
  expect(makerOf(telemetryIntervals.name).cellsOf(at(intervalBlock([1])))).toMatchObject({
    recorded_at: T0 + 5,
    topic: 'a.v1',
    partition: 3,
    offset: 42,
  })
})

test('a block of decisions weighs one row per device', () => {
  const maker = makerOf(dispatchDecisions.name)
  const record = at(decisionBlock(['a', 'b', 'c']))
  expect(maker.weigh(record)).toBe(3)
  expect(maker.cellsOf(record)).toMatchObject({ device_ids: ['a', 'b', 'c'], command_seqs: [1, 2, 3], decided_at: T0 })
})

test('a fault stands beside the device that it stopped', () => {
  const block = decisionBlock(['a', 'b', 'c'], { outcomes: ['internalFault', 'sent', 'internalFault'], faults: ['first', 'second'] })
  expect(makerOf(dispatchDecisions.name).cellsOf(at(block))).toMatchObject({ faults: ['first', '', 'second'] })
})

test('a result without a baseline has none in every interval, not zero', () => {
  const record = at(settlementResult([5, 6], { baselineWh: [], noBaseline: 'tooFewDays' }))
  expect(makerOf(settlementResults.name).cellsOf(record)).toMatchObject({ baselines_wh: [null, null], actuals_wh: [5, 6] })
})

test('a block whose columns differ in length is refused, and leaves nothing behind', () => {
  const buffer = createRowBuffer()
  const record = at(intervalBlock([1, 2], { coveragePermille: [1000] }))
  expect(() => makerOf(telemetryIntervals.name).append(buffer, record)).toThrow(RowError)
  expect(() => makerOf(telemetryIntervals.name).append(buffer, record)).toThrow('a.v1-3-42: columns of 2, 2, 1 values')
  expect(buffer.length).toBe(0)
})
