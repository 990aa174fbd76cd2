/** Sorted keys walk as a sorted list would, whatever was added and deleted in between. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSortedKeys } from '../../../processors/runtime/sorted-keys.ts'

const key = fc.integer({ min: 0, max: 60 }).map((n) => `key-${n}`)
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ toggle: key }) },
  { weight: 1, arbitrary: fc.record({ after: fc.option(key, { nil: undefined }), limit: fc.integer({ min: 1, max: 70 }) }) },
)

it('walks like a sorted list, after many changes and after few', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key), fc.array(step, { maxLength: 120 }), (initial, steps) => {
      const model = new Set(initial)
      const keys = createSortedKeys(initial)
      for (const taken of steps) {
        if ('toggle' in taken) {
          if (model.delete(taken.toggle)) keys.delete(taken.toggle)
          else {
            model.add(taken.toggle)
            keys.add(taken.toggle)
          }
          continue
        }
        const expected = [...model].sort().filter((known) => taken.after === undefined || known > taken.after)
        expect(keys.after(taken.after, taken.limit)).toEqual(expected.slice(0, taken.limit))
      }
      expect(keys.size).toBe(model.size)
      expect(keys.after(undefined, Number.POSITIVE_INFINITY)).toEqual([...model].sort())
    }),
  )
})
