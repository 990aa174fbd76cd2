/** The most urgent purpose goes first, then the earliest deadline; what can go in one call goes together. */
import { expect, test } from 'vitest'
import { createQueue, type Job } from '../../../../connectors/cloud/control/queue.ts'

const job = (deviceId: string, changes: Partial<Job> = {}): Job => ({ deviceId, purpose: 'command', key: 'k', deadlineMs: 10, ...changes })
const ids = (jobs: readonly Job[]): readonly string[] => jobs.map(({ deviceId }) => deviceId)
const two = () => 2

test('devices of one key go together, up to what a call takes, in the order in which they came', () => {
  const queue = createQueue()
  for (const id of ['a', 'b', 'c']) queue.put(job(id))
  expect(ids(queue.first(two))).toEqual(['a', 'b'])
  for (const id of ['a', 'b']) queue.remove(id)
  expect(ids(queue.first(two))).toEqual(['c'])
})

test('releases go before commands, commands before looks, and within them the earliest deadline', () => {
  const queue = createQueue()
  queue.put(job('watch', { purpose: 'watch', deadlineMs: 0 }))
  queue.put(job('late', { key: 'late', deadlineMs: 20 }))
  queue.put(job('early', { key: 'early', deadlineMs: 5 }))
  queue.put(job('release', { purpose: 'release', key: 'r', deadlineMs: 99 }))
  const order: string[] = []
  for (let first = queue.first(two); first.length > 0; first = queue.first(two)) {
    order.push(...ids(first))
    for (const { deviceId } of first) queue.remove(deviceId)
  }
  expect(order).toEqual(['release', 'early', 'late', 'watch'])
})

test('a device waits for one thing only: the newest', () => {
  const queue = createQueue()
  queue.put(job('a', { key: 'old' }))
  queue.put(job('a', { key: 'new', purpose: 'release' }))
  expect(queue.size()).toBe(1)
  expect(queue.first(two)).toEqual([job('a', { key: 'new', purpose: 'release' })])
})
