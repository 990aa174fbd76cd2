/** A process killed at any moment of a transaction loses nothing and doubles nothing. */
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { deviations, misnumbered, none } from './exactly.ts'
import type { MemberProcess, Strike } from './members.ts'
import { idsBetween, setStage } from './stage.ts'

const moments: readonly Strike[] = [
  { call: 'produce', nth: 700, when: 'before', signal: 'SIGKILL' },
  { call: 'sendOffsetsToTransaction', nth: 3, when: 'before', signal: 'SIGKILL' },
  { call: 'commitTransaction', nth: 3, when: 'before', signal: 'SIGKILL' },
  { call: 'commitTransaction', nth: 3, when: 'after', signal: 'SIGKILL' },
]

test.each(moments)('killed $when $call number $nth', async (strike) => {
  const stage = await setStage()
  const ids = idsBetween(0, 3_000)
  await stage.writeThings(ids)
  const first = stage.start('node', { strike })
  await first.exited
  stage.start('node')
  const notes = await stage.notes(ids.length)
  expect(first.reports.at(-1)?.event).toBe('struck')
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      ids,
    ),
  ).toEqual(none)
  expect(misnumbered(notes)).toEqual([])
})

/** Records that a process reports to have taken. */
const inputsOf = ({ reports }: MemberProcess): number =>
  reports.reduce((sum, { event, detail }) => sum + (event === 'committed' ? (detail as { inputs: number }).inputs : 0), 0)

test('killed in the middle of a pass, again and again', async () => {
  const stage = await setStage()
  const deviceIds = Array.from({ length: 6_000 }, (_, i) => `device-${i}`)
  await stage.writeDevices(deviceIds)
  const idle = stage.start('node')
  await eventually('all devices are known', () => inputsOf(idle) >= deviceIds.length)
  idle.signal('SIGKILL')
  await idle.exited
  for (let partition = 0; partition < stage.devicePartitions; partition++)
    await stage.writer.append(stage.story.orders, { orderId: 'order' }, { partition })
  for (const nth of [2, 3, 2]) {
    const member = stage.start('node', {
      limits: { inputs: 5_000, work: 300 },
      strike: { call: 'commitTransaction', nth, when: 'before', signal: 'SIGKILL' },
    })
    await member.exited
  }
  stage.start('node')
  const told = await eventually('all devices are told', async () => {
    const records = await stage.broker.readAll(stage.story.tellings)
    return records.length >= deviceIds.length && records
  })
  expect(
    deviations(
      told.map(({ key }) => key),
      deviceIds,
    ),
  ).toEqual(none)
})
