/** What happened while nobody ran is input when somebody runs again; and time passes where nothing arrives. */
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { idsBetween, setStage } from './stage.ts'

test('an opt-out written while the process was dead is processed, one from before is not processed again', async () => {
  const stage = await setStage()
  const { story, writer, broker } = stage
  const tellings = (count: number) =>
    eventually(`${count} tellings`, async () => {
      const records = await broker.readAll(story.tellings)
      return records.length >= count && records.map(({ key }) => key).sort()
    })
  await writer.append(story.optOuts, { deviceId: 'early', isOut: 1 })
  await writer.append(story.optOuts, { deviceId: 'late', isOut: 0 })
  const first = stage.start('node')
  expect(await tellings(1)).toEqual(['early'])
  first.signal('SIGKILL')
  await first.exited
  await writer.append(story.optOuts, { deviceId: 'late', isOut: 1 })
  stage.start('node')
  expect(await tellings(2)).toEqual(['early', 'late'])
  await writer.append(story.optOuts, { deviceId: 'last', isOut: 1 })
  expect(await tellings(3)).toEqual(['early', 'last', 'late'])
})

test('a partition where nothing arrives any more still closes its windows, also after a restart', async () => {
  const stage = await setStage()
  const first = stage.start('node', { limits: { tickMs: 3_600_000 } })
  await first.reported('restored')
  await stage.writeThings(idsBetween(0, 20))
  await stage.notes(20)
  expect(await stage.broker.readAll(stage.story.closings)).toEqual([])
  first.signal('SIGKILL')
  await first.exited
  stage.start('node')
  const closed = await eventually('all windows are closed', async () => {
    const records = await stage.broker.readAll(stage.story.closings)
    return records.length >= 20 && records
  })
  expect(closed.map(({ value }) => value?.thingId).sort()).toEqual([...idsBetween(0, 20)].sort())
})

test('a process that is idle writes nothing', async () => {
  const stage = await setStage()
  const member = stage.start('node')
  await stage.writeThings(idsBetween(0, 20))
  await eventually('all windows are closed', async () => (await stage.broker.readAll(stage.story.closings)).length === 20)
  const count = () => member.reports.filter(({ event }) => event === 'committed').length
  const before = await eventually('the last commit is reported', () => count() > 0 && count())
  await expect(eventually('a commit of nothing', () => count() > before + 1, 1_000)).rejects.toThrow('not within')
})
