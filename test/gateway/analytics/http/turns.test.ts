/** So many at once, so many waiting, the others sent away. */
import { expect, test } from 'vitest'
import { createTurns } from '../../../../gateway/analytics/http/turns.ts'

function createDoor() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

test('no more than so many work at once, the next waits, one too many is sent away', async () => {
  const turns = createTurns({ atOnce: 2, waiting: 1, refuse: () => new Error('full') })
  const doors = [createDoor(), createDoor(), createDoor()]
  const started: number[] = []
  const work = doors.map(({ opened }, index) =>
    turns.take(async () => {
      started.push(index)
      await opened
    }),
  )
  await expect(turns.take(async () => 1)).rejects.toThrow('full')
  expect(started).toEqual([0, 1])
  doors[1]?.open()
  await work[1]
  await Promise.resolve()
  expect(started).toEqual([0, 1, 2])
  for (const { open } of doors) open()
  await Promise.all(work)
})

test('a failure gives its place on', async () => {
  const turns = createTurns({ atOnce: 1, waiting: 0, refuse: () => new Error('full') })
  await expect(turns.take(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(turns.take(async () => 'next')).resolves.toBe('next')
})
