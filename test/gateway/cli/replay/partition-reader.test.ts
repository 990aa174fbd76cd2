/** Tries reading a partition in pieces: ranges in order, and everything, whatever holes there are. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPartitionReader } from '../../../../gateway/cli/replay/partition-reader.ts'
import { devicePresence } from '../../../../topics/catalogue.ts'
import { createMemoryRawLog } from '../log/memory-raw-log.ts'

const length = 40

function partitionWith(holes: readonly number[]) {
  const log = createMemoryRawLog([devicePresence])
  const offsets: number[] = []
  for (let offset = 0; offset < length; offset++)
    if (holes.includes(offset)) log.mark(devicePresence, 0)
    else offsets.push(log.append(devicePresence, { deviceId: 'a', connected: true, epoch: 1, node: '', sinceMs: offset }, { partition: 0 }))
  return { log, offsets }
}

const holes = fc.array(fc.nat(length - 1))
/** Ranges as a journal has them: each starts behind the one before. */
const ranges = fc.array(fc.tuple(fc.nat(4), fc.nat(9)), { maxLength: 12 }).map((steps) => {
  let next = 0
  return steps.map(([gap, size]) => {
    const from = next + gap
    next = from + size + 1
    return [from, from + size] as const
  })
})

describe('a partition', () => {
  test.each([1, 3, 1_000])('is read range by range in pieces of %d', async (piece) => {
    await fc.assert(
      fc.asyncProperty(holes, ranges, async (missing, wanted) => {
        const { log, offsets } = partitionWith(missing)
        const reader = createPartitionReader(log, devicePresence.name, 0, piece)
        for (const [from, to] of wanted)
          expect((await reader.range(from, to)).map(({ offset }) => offset)).toEqual(
            offsets.filter((offset) => offset >= from && offset <= to),
          )
      }),
    )
  })

  test('is read whole, once', async () => {
    await fc.assert(
      fc.asyncProperty(holes, fc.integer({ min: 1, max: 50 }), async (missing, piece) => {
        const { log, offsets } = partitionWith(missing)
        const seen: number[] = []
        for await (const { offset } of createPartitionReader(log, devicePresence.name, 0, piece).all()) seen.push(offset)
        expect(seen).toEqual(offsets)
        expect(log.scanned.get(devicePresence.name)).toBe(length)
      }),
    )
  })
})
