/** A batch gathers rows by table, and knows where they came from. */
import { expect, test } from 'vitest'
import { createBatch } from '../../../gateway/analytics/batch.ts'
import type { Valued } from '../../../gateway/analytics/rows/declare.ts'
import { intervalRows } from '../../../gateway/analytics/rows/telemetry.ts'
import { telemetryIntervals } from '../../../topics/catalogue.ts'
import { intervalBlock, T0 } from './blocks.ts'

const record = (partition: number, offset: number, timestampMs = T0): Valued<unknown> => ({
  value: intervalBlock([1, 2]),
  key: 'device-1',
  topic: telemetryIntervals.name,
  partition,
  offset,
  timestampMs,
})

function batchOf(records: readonly Valued<unknown>[]) {
  const batch = createBatch()
  for (const one of records) {
    batch.append(intervalRows, one)
    batch.note(one.topic, one.partition, one.offset)
  }
  return batch
}

test('rows of several partitions go in one insertion, and positions point after them', () => {
  const batch = batchOf([record(0, 5), record(1, 9), record(0, 6)])
  expect(batch.rows).toBe(3)
  expect(batch.records).toBe(3)
  expect(batch.positions).toEqual([
    { topic: telemetryIntervals.name, partition: 0, nextOffset: 7 },
    { topic: telemetryIntervals.name, partition: 1, nextOffset: 10 },
  ])
  expect(batch.insertions().map(({ table }) => table)).toEqual(['interval_rows'])
})

test('the token follows from the records alone: another extent, or a log that began anew, gives another', () => {
  const tokenOf = (records: readonly Valued<unknown>[]) => batchOf(records).insertions()[0]?.token
  const token = tokenOf([record(0, 5), record(1, 9)])
  expect(tokenOf([record(1, 9), record(0, 5)])).toBe(token)
  expect(tokenOf([record(0, 5), record(1, 9), record(1, 10)])).not.toBe(token)
  expect(tokenOf([record(0, 5, T0 + 1), record(1, 9)])).not.toBe(token)
})

test('records that are no rows move the position', () => {
  const batch = createBatch()
  batch.note('a', 0, 3)
  expect(batch.insertions()).toEqual([])
  expect(batch.positions).toEqual([{ topic: 'a', partition: 0, nextOffset: 4 }])
})
