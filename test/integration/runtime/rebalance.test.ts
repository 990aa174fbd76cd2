/** Tasks move between processes while they restore and while they work, and nothing is lost or doubled. */
import { expect, test } from 'vitest'
import { deviations, misnumbered, none } from './exactly.ts'
import { idsBetween, setStage } from './stage.ts'

test('a second process joins while the first restores', async () => {
  const stage = await setStage()
  const ids = idsBetween(0, 20_000)
  const feeder = stage.start('feeder', { limits: { inputs: 5_000, work: 5_000 } })
  await stage.writeThings(ids, 20_000)
  await stage.notes(ids.length)
  feeder.signal('SIGKILL')
  await feeder.exited
  await stage.writeThings(idsBetween(20_000, 22_000), 20_000)
  const first = stage.start('feeder')
  const second = stage.start('second')
  await Promise.all([first.reported('restored'), second.reported('restored')])
  await stage.writeThings(idsBetween(22_000, 24_000), 20_000)
  const notes = await stage.notes(24_000)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 24_000),
    ),
  ).toEqual(none)
  expect(misnumbered(notes)).toEqual([])
})

test('processes come and go under load', async () => {
  const stage = await setStage()
  const first = stage.start('first')
  await first.reported('restored')
  const second = stage.start('second')
  for (let batch = 0; batch < 10; batch++) {
    await stage.writeThings(idsBetween(batch * 300, batch * 300 + 300))
    if (batch === 3) await second.reported('restored')
    if (batch === 6) second.signal('SIGTERM')
  }
  const notes = await stage.notes(3_000)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 3_000),
    ),
  ).toEqual(none)
  expect(misnumbered(notes)).toEqual([])
})
