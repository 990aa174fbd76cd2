/** Interval energies become blocks: whole, in order, and with what is missing said to be missing. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blocksOf, type Stated } from '../../../connectors/cloud/blocks.ts'

const STEP_MS = 900_000
const LATE_MS = 1e12
const of = { channel: 'import', stepMs: STEP_MS, code: 'c', path: 'p', quality: 'measured', receivedMs: LATE_MS } as const
const at = (index: number, energyWh: number | null): Stated => ({ startMs: index * STEP_MS, energyWh })

test('property: every interval is in one block once, with the last word on it, and no block is longer than 96', () => {
  const given = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.option(fc.integer({ min: 0, max: 5_000 }))), { maxLength: 400 })
  fc.assert(
    fc.property(given, (pairs) => {
      const wanted = new Map(pairs)
      const blocks = blocksOf(
        pairs.map(([index, energyWh]) => at(index, energyWh)),
        of,
      )
      const read = blocks.flatMap(({ startMs, values, qualities }) =>
        values.map((value, index) => [startMs / STEP_MS + index, qualities[index] === 'missing' ? null : value] as const),
      )
      expect(new Map(read)).toEqual(new Map([...wanted].sort(([a], [b]) => a - b)))
      expect(read).toHaveLength(wanted.size)
      expect(blocks.every(({ values }) => values.length <= 96)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('an interval that was not over when it was received is left out', () => {
  const [block] = blocksOf([at(0, 1), at(1, 2), at(2, 3)], { ...of, receivedMs: 2.5 * STEP_MS })
  expect(block).toMatchObject({ startMs: 0, values: [1, 2] })
})

test('each energy is rounded by itself', () => {
  expect(blocksOf([at(0, 1.5), at(1, 1.4)], of)[0]?.values).toEqual([2, 1])
})
