/** Urgent topics go first, then whatever was received first. */
import { expect, test } from 'vitest'
import { createSlot, nextLane } from '../../../../processors/runtime/kafka/slot.ts'
import type { Task } from '../../../../processors/runtime/task-contract.ts'

const task = { partition: 3, inputTopics: ['bulk', 'other', 'orders'], urgentTopics: new Set(['orders']) } as unknown as Task

function fill(records: readonly (readonly [string, number])[]) {
  const slot = createSlot(task)
  for (const lane of slot.lanes) lane.startAt(0)
  for (const [i, [topic, timestampMs]] of records.entries())
    slot.lanes.find((lane) => lane.topic === topic)?.push({ topic, partition: 3, offset: i, timestampMs, key: null, value: null })
  return slot
}

function drain(slot: ReturnType<typeof fill>): string[] {
  const taken: string[] = []
  for (let lane = nextLane(slot); lane; lane = nextLane(slot)) {
    taken.push(`${lane.topic} ${lane.peek()?.timestampMs}`)
    lane.take()
  }
  return taken
}

test('orders do not wait behind a backlog', () => {
  const slot = fill([
    ['bulk', 1],
    ['bulk', 2],
    ['orders', 9],
  ])
  expect(drain(slot)).toEqual(['orders 9', 'bulk 1', 'bulk 2'])
})

test('topics are merged by time of receipt', () => {
  const slot = fill([
    ['bulk', 1],
    ['bulk', 4],
    ['other', 2],
    ['other', 3],
  ])
  expect(drain(slot)).toEqual(['bulk 1', 'other 2', 'other 3', 'bulk 4'])
})
