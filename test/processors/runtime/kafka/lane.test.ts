/** A lane gives each record once, gives it again after an abort, and forgets it when it is committed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLane } from '../../../../processors/runtime/kafka/lane.ts'
import type { TaskInput } from '../../../../processors/runtime/task-contract.ts'

const input = (offset: number, bytes = 1): TaskInput => ({
  topic: 'facts',
  partition: 0,
  offset,
  timestampMs: 0,
  key: null,
  value: Buffer.alloc(bytes),
})

function takeAll(lane: ReturnType<typeof createLane>, limit = Number.POSITIVE_INFINITY): number[] {
  const offsets: number[] = []
  for (let record = lane.peek(); record && offsets.length < limit; record = lane.peek()) {
    offsets.push(record.offset)
    lane.take()
  }
  return offsets
}

test('records that were fetched before the group position was known are dropped if it is past them', () => {
  const lane = createLane('facts', 0)
  for (const offset of [3, 4, 7]) lane.push(input(offset))
  lane.startAt(4)
  expect(takeAll(lane)).toEqual([4, 7])
  expect(lane.position()).toBe(8)
})

test('what comes twice is taken once', () => {
  const lane = createLane('facts', 0)
  lane.startAt(0)
  for (const offset of [0, 1, 0, 1, 2]) lane.push(input(offset))
  expect(takeAll(lane)).toEqual([0, 1, 2])
})

test('a commit of an earlier transaction leaves what a later one took', () => {
  const lane = createLane('facts', 0)
  lane.startAt(0)
  for (const offset of [0, 1, 2, 3]) lane.push(input(offset))
  takeAll(lane, 2)
  const positionOfFirst = lane.position()
  takeAll(lane, 1)
  lane.commitTo(positionOfFirst)
  expect([lane.committed(), lane.position(), lane.peek()?.offset]).toEqual([2, 3, 3])
  lane.rollBack()
  expect(takeAll(lane)).toEqual([2, 3])
})

test('it is full by count or by bytes, and has room again when half is gone', () => {
  const many = createLane('facts', 0)
  many.startAt(0)
  for (let offset = 0; offset <= 4_000; offset++) many.push(input(offset))
  expect(many.isFull()).toBe(true)
  many.commitTo(1_000)
  expect([many.isFull(), many.hasRoom()]).toEqual([false, false])
  many.commitTo(2_500)
  expect(many.hasRoom()).toBe(true)
  const large = createLane('facts', 0)
  large.push(input(0, 9 * 1024 * 1024))
  expect(large.isFull()).toBe(true)
})

test('any order of arrivals, takes, commits and aborts takes every record exactly once between commits', () => {
  const step = fc.constantFrom('push', 'take', 'commit', 'abort')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const lane = createLane('facts', 0)
      lane.startAt(0)
      let next = 0
      let uncommitted: number[] = []
      const committed: number[] = []
      for (const kind of steps) {
        if (kind === 'push') lane.push(input(next++))
        else if (kind === 'take') uncommitted.push(...takeAll(lane, 1))
        else if (kind === 'abort') {
          lane.rollBack()
          uncommitted = []
        } else {
          lane.commitTo(lane.position())
          committed.push(...uncommitted.splice(0))
        }
      }
      lane.rollBack()
      expect([...committed, ...takeAll(lane)]).toEqual(Array.from({ length: next }, (_, i) => i))
    }),
  )
})
