/** Roles start all together or not at all. */
import { expect, test } from 'vitest'
import type { RunningRole } from '../../../gateway/roles/start.ts'
import { startAll } from '../../../gateway/roles/start-all.ts'

function createRole() {
  let stops = 0
  const role: RunningRole = {
    failed: new Promise(() => undefined),
    stop: async () => {
      stops += 1
    },
  }
  return { role, stops: () => stops }
}

test('what has started runs on', async () => {
  const [first, second] = [createRole(), createRole()]
  expect(await startAll([async () => first.role, async () => second.role])).toEqual([first.role, second.role])
  expect([first.stops(), second.stops()]).toEqual([0, 0])
})

test('when one fails, those that started are stopped, the late ones too, and its reason is told', async () => {
  const [early, late] = [createRole(), createRole()]
  const failing = async (): Promise<RunningRole> => {
    throw new Error('port 80 is taken')
  }
  const afterwards = () => new Promise<RunningRole>((resolve) => setImmediate(() => resolve(late.role)))
  await expect(startAll([async () => early.role, failing, afterwards])).rejects.toThrow('port 80 is taken')
  expect([early.stops(), late.stops()]).toEqual([1, 1])
})
