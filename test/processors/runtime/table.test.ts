/** A table finds keys by the terms of their newest values. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTable } from '../../../processors/runtime/table.ts'

const key = fc.integer({ min: 0, max: 9 }).map((n) => `device-${n}`)
const terms = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 })

it('keeps its index in step with its values, also where a value names a term twice', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.option(terms)), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (records, readEvery) => {
      const table = createTable<readonly string[]>((value) => value)
      const model = new Map<string, readonly string[]>()
      for (const [i, [deviceId, value]] of records.entries()) {
        expect(table.take(deviceId, value)).toEqual(model.get(deviceId))
        if (value === null) model.delete(deviceId)
        else model.set(deviceId, value)
        if (i % readEvery) continue
        for (const term of ['a', 'b', 'c']) {
          const expected = [...model].filter(([, held]) => held.includes(term)).map(([held]) => held)
          expect(table.indexed(term, undefined, 100)).toEqual(expected.sort())
        }
      }
      expect(table.size).toBe(model.size)
    }),
  )
})

it('continues after a key, also one that is gone', () => {
  const table = createTable<string>((value) => [value])
  for (const deviceId of ['d1', 'd2', 'd3', 'd4']) table.take(deviceId, 'p')
  table.take('d2', null)
  expect(table.indexed('p', 'd2', 1)).toEqual(['d3'])
  expect(table.indexed('none', undefined, 1)).toEqual([])
})
