/** Whoever takes over a task sees everything that its predecessor committed, and a predecessor that is not dead can do no more harm. */
import { expect, test } from 'vitest'
import { changelogTopics } from '../../../processors/runtime/changelog.ts'
import { call, closeClient, openProducer } from '../../../processors/runtime/kafka/client.ts'
import { initTransactions } from '../../../processors/runtime/kafka/transaction.ts'
import { eventually } from '../../support/eventually.ts'
import { deviations, misnumbered, none } from './exactly.ts'
import { idsBetween, type Stage, setStage } from './stage.ts'

/** Holds back the last stable offset of a topic's partitions, as a predecessor's marker that is still on the way does. */
async function openTransactionOn(stage: Stage, topic: string) {
  const more = { 'transactional.id': stage.broker.uniquePrefix(), 'transaction.timeout.ms': 120_000 }
  const producer = await openProducer({ brokers: stage.broker.brokers, onError: () => {}, more })
  await initTransactions(producer)
  await call<void>((done) => producer.beginTransaction(done as never))
  for (let partition = 0; partition < stage.devicePartitions; partition++) producer.produce(topic, partition, null, 'held back')
  await call<void>((done) => producer.flush(10_000, done as never))
  return {
    async abort() {
      await call<void>((done) => producer.abortTransaction(10_000, done as never))
      await closeClient(producer)
    },
  }
}

test('restoring waits for markers beyond the last stable offset', async () => {
  const stage = await setStage()
  const counters = changelogTopics(stage.story.subTopology).find(({ name }) => name.includes('counters'))?.name ?? ''
  const first = stage.start('first')
  await first.reported('restored')
  await stage.writeThings(idsBetween(0, 300))
  await stage.notes(300)
  const held = await openTransactionOn(stage, counters)
  await stage.writeThings(idsBetween(300, 600))
  await stage.notes(600)
  first.signal('SIGKILL')
  await first.exited
  const second = stage.start('first')
  await second.reported('assigned')
  await stage.writeThings(idsBetween(600, 900))
  await expect(stage.notes(601, 3_000)).rejects.toThrow('not within')
  await held.abort()
  const notes = await stage.notes(900)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 900),
    ),
  ).toEqual(none)
  expect(misnumbered(notes)).toEqual([])
})

test('a zombie that wakes after its partitions moved commits nothing', async () => {
  const stage = await setStage()
  const first = stage.start('first', { strike: { call: 'sendOffsetsToTransaction', nth: 3, when: 'before', signal: 'SIGSTOP' } })
  await first.reported('restored')
  await stage.writeThings(idsBetween(0, 2_000))
  await first.reported('struck')
  const second = stage.start('second')
  await second.reported('restored')
  const before = await stage.notes(2_000)
  first.signal('SIGCONT')
  // How it learns depends on how long it slept: its offsets are refused, or its transaction is gone.
  await eventually('the zombie notices', () => first.reports.some(({ event }) => event === 'aborted' || event === 'restarting'))
  await stage.writeThings(idsBetween(2_000, 2_500))
  const after = await stage.notes(2_500)
  expect(before).toHaveLength(2_000)
  expect(
    deviations(
      after.map(({ thingId }) => thingId),
      idsBetween(0, 2_500),
    ),
  ).toEqual(none)
  expect(misnumbered(after)).toEqual([])
  expect(first.hasExited()).toBe(false)
})

test('whoever takes over waits for a predecessor that has sent its offsets, and may still commit', async () => {
  const stage = await setStage()
  const first = stage.start('first', { strike: { call: 'commitTransaction', nth: 3, when: 'before', signal: 'SIGSTOP' } })
  await first.reported('restored')
  await stage.writeThings(idsBetween(0, 2_000))
  await first.reported('struck')
  const second = stage.start('second')
  await second.reported('assigned')
  await expect(eventually('restored too early', () => second.reports.some(({ event }) => event === 'restored'), 1_000)).rejects.toThrow(
    'not within',
  )
  first.signal('SIGCONT')
  await stage.notes(2_000)
  await stage.writeThings(idsBetween(2_000, 2_500))
  const notes = await stage.notes(2_500)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 2_500),
    ),
  ).toEqual(none)
  expect(misnumbered(notes)).toEqual([])
})
