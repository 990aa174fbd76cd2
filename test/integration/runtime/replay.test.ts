/** The journal that a killed and restarted process leaves is enough to run every task again, to the same bytes. */
import { expect, test } from 'vitest'
import { recordsOf } from '../../../processors/runtime/home.ts'
import { prepareCodecs, touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import { replayAndCompare } from '../../../processors/runtime/replay-compare.ts'
import { taskId } from '../../../processors/runtime/task-id.ts'
import type { JournalEntry } from '../../../schemas/runtime.ts'
import { runtimeJournal } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { type RawRecord, readRaw } from '../../support/raw-log.ts'
import { idsBetween, setStage } from './stage.ts'

test('every task replays to what it wrote', async () => {
  const stage = await setStage()
  const { broker, story, writer, devicePartitions } = stage
  const { subTopology } = story
  const deviceIds = Array.from({ length: 200 }, (_, i) => `device-${i}`)
  await stage.writeDevices(deviceIds)
  await stage.writeThings(idsBetween(0, 500), 200)
  const first = stage.start('node', { strike: { call: 'commitTransaction', nth: 4, when: 'before', signal: 'SIGKILL' } })
  await first.exited
  for (let partition = 0; partition < devicePartitions; partition++) await writer.append(story.orders, { orderId: 'order' }, { partition })
  await writer.append(story.optOuts, { deviceId: 'device-7', isOut: 1 })
  await stage.writeThings(idsBetween(500, 1_000), 200)
  const second = stage.start('node')
  await eventually('all is done', async () => {
    const [closings, tellings] = await Promise.all([broker.readAll(story.closings), broker.readAll(story.tellings)])
    return closings.length === 1_000 && tellings.length >= 200
  })
  second.signal('SIGTERM')
  await second.reported('done')

  const topics = touchedTopics(subTopology)
  const codecs = await prepareCodecs(topics, broker.schemas)
  const log = new Map<string, readonly RawRecord[]>()
  for (const { name } of topics) log.set(name, await readRaw(broker.brokers, name))
  const partitionOf = (topic: string, partition: number) => (log.get(topic) ?? []).filter((record) => record.partition === partition)
  for (let partition = 0; partition < devicePartitions; partition++) {
    const task = taskId(subTopology, partition)
    const isOwn = recordsOf(subTopology, partition)
    const verdict = await replayAndCompare(
      { subTopology, partition, devicePartitions, codecs, complete: true },
      {
        entries: partitionOf(runtimeJournal.name, partition)
          .filter(({ key }) => String(key) === task)
          .map(({ value }) => codecs.of(runtimeJournal.name).decode(value as Buffer) as JournalEntry),
        fetch: async (topic, _, fromOffset, toOffset) =>
          partitionOf(topic, partition).filter(({ offset }) => offset >= fromOffset && offset <= toOffset),
        learn: async () => false,
        answer: async () => undefined,
        recorded: (topic, of) =>
          partitionOf(topic, of)
            .filter(({ headers: { producer = '' } }) => isOwn({ topic, partition: of, producer }))
            .filter(({ key }) => !(topic === runtimeJournal.name && String(key) === task))
            .map((record) => ({ ...record, key: String(record.key ?? ''), causation: record.headers.causation ?? '' })),
        decode: (topic, value) => codecs.of(topic).decode(value),
        partitionsOf: () => devicePartitions,
      },
    )
    expect(verdict).toEqual({ equal: true, transactions: verdict.transactions, outputs: verdict.outputs })
    expect(verdict.transactions).toBeGreaterThan(1)
    expect(verdict.outputs).toBeGreaterThan(10)
  }
})
