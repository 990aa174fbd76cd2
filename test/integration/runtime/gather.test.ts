/** Records that trickle in share transactions; what comes after a quiet time, or in masses, waits for nobody. */
import { expect, test } from 'vitest'
import { deviations, misnumbered, none } from './exactly.ts'
import { idsBetween, setStage } from './stage.ts'

const GATHER_MS = 2_000
/** Longer than any test: whoever waited for it would fail. */
const FOR_EVER_MS = 3_600_000

test('a trickle shares transactions', async () => {
  const stage = await setStage()
  const member = stage.start('node', { gatherMs: GATHER_MS })
  await member.reported('restored')
  const startedMs = performance.now()
  const ids = idsBetween(0, 60)
  for (const id of ids) await stage.writeThings([id])
  const notes = await stage.notes(ids.length)
  const most = 2 + (performance.now() - startedMs) / GATHER_MS
  expect(member.reports.filter(({ event }) => event === 'committed').length).toBeLessThanOrEqual(most)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      ids,
    ),
  ).toEqual(none)
})

test('after a quiet time nothing waits, nor do masses, nor a stop', async () => {
  const stage = await setStage()
  const member = stage.start('node', { gatherMs: FOR_EVER_MS })
  await member.reported('restored')
  await stage.writeThings(idsBetween(0, 1))
  await stage.notes(1)
  const masses = idsBetween(1, 20_000)
  await stage.writeThings(masses)
  // What is left when all lanes have room again is a trickle: less than half of what they hold.
  const notes = await stage.notes(masses.length - 2_000 * stage.devicePartitions)
  expect(misnumbered(notes)).toEqual([])
  member.signal('SIGTERM')
  await member.exited
})
