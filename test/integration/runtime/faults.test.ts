/** Three doors for failure: what outsiders cannot say is put aside, our own poison stops one task until it is skipped, and a full queue only waits. */
import { Kafka } from 'kafkajs'
import { expect, test } from 'vitest'
import { changelogTopics } from '../../../processors/runtime/changelog.ts'
import { orderSkip } from '../../../processors/runtime/kafka/skipping.ts'
import { rejectedRecords } from '../../../topics/catalogue.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { deviations, none } from './exactly.ts'
import { idsBetween, type Stage, setStage } from './stage.ts'

/** Writes bytes as somebody without our codec would. Returns their offset. */
async function writeRaw(stage: Stage, topic: string, partition: number, value: Buffer): Promise<number> {
  const producer = new Kafka({ brokers: stage.broker.brokers.split(','), logLevel: 0 }).producer()
  await producer.connect()
  const [written] = await producer.send({ topic, messages: [{ key: 'device-0', value, partition }] })
  await producer.disconnect()
  return Number(written?.baseOffset)
}

const rejections = async ({ broker, story }: Stage) =>
  (await broker.readAll(rejectedRecords)).flatMap(({ value }) =>
    value && [story.things.name, story.openThings.name].includes(value.topic) ? [value] : [],
  )

test('what cannot be read on a topic of outsiders is put aside whole, and the task goes on', async () => {
  const stage = await setStage()
  const partition = partitionOf('device-0', stage.devicePartitions)
  const unknownSchema = Buffer.from([0, 0x7f, 0, 0, 1, 1, 2, 3])
  stage.start('node')
  await writeRaw(stage, stage.story.openThings.name, partition, Buffer.from('no avro'))
  await writeRaw(stage, stage.story.openThings.name, partition, unknownSchema)
  await stage.writer.append(stage.story.openThings, { deviceId: 'device-0', thingId: 'good' })
  const notes = await stage.notes(1)
  expect(notes).toEqual([{ deviceId: 'device-0', thingId: 'good', number: 0 }])
  const found = await rejections(stage)
  expect(found.map(({ offset, reason, value }) => ({ offset, reason, value }))).toEqual([
    { offset: 0, reason: 'notAvro', value: Buffer.from('no avro') },
    { offset: 1, reason: 'unknownSchema', value: unknownSchema },
  ])
})

test('our own poison stops its task with its place, the others go on, and a skip lets it go on', async () => {
  const stage = await setStage()
  const { story, writer } = stage
  const partition = partitionOf('device-0', stage.devicePartitions)
  const member = stage.start('node')
  await stage.writeThings(idsBetween(0, 100), 20)
  await stage.notes(100)
  const offset = await writeRaw(stage, story.things.name, partition, Buffer.from('poison'))
  await stage.writeThings(idsBetween(100, 200), 20)
  const at = `${story.things.name}-${partition}-${offset}`
  expect(await member.reported('stopped')).toMatchObject({ task: `${story.subTopology.name}-${partition}`, coordinates: at })
  const onOthers = idsBetween(100, 200).filter((_, i) => partitionOf(`device-${i % 20}`, stage.devicePartitions) !== partition)
  const meanwhile = await stage.notes(100 + onOthers.length)
  expect(meanwhile).toHaveLength(100 + onOthers.length)
  await orderSkip(writer, {
    subTopology: story.subTopology,
    topic: story.things.name,
    partition,
    offset,
    reason: 'ann: a trial',
    nowMs: Date.now(),
  })
  const notes = await stage.notes(200)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 200),
    ),
  ).toEqual(none)
  const skips = (await rejections(stage)).filter(({ reason }) => reason === 'skipped')
  expect(skips.map(({ rejectedBy, detail }) => ({ rejectedBy, detail }))).toEqual([
    { rejectedBy: `operator, for ${story.subTopology.name}`, detail: 'ann: a trial' },
    { rejectedBy: `${story.subTopology.name}.teller`, detail: 'skipped by an operator' },
  ])
})

test('a handler that fails on a record stops the task there, and a skip ordered beforehand holds after a restart', async () => {
  const stage = await setStage()
  const { story, writer } = stage
  const first = stage.start('node')
  await first.reported('restored')
  const { partition, offset } = await writer.append(story.openThings, { deviceId: 'device-0', thingId: 'bad' })
  await writer.append(story.openThings, { deviceId: 'device-0', thingId: 'good' })
  expect(await first.reported('stopped')).toMatchObject({ coordinates: `${story.openThings.name}-${partition}-${offset}` })
  first.signal('SIGKILL')
  await first.exited
  await orderSkip(writer, {
    subTopology: story.subTopology,
    topic: story.openThings.name,
    partition,
    offset,
    reason: 'ann',
    nowMs: Date.now(),
  })
  stage.start('node')
  expect(await stage.notes(1)).toEqual([{ deviceId: 'device-0', thingId: 'good', number: 0 }])
})

test('a full queue makes the transaction wait, not fail', async () => {
  const stage = await setStage()
  const member = stage.start('node', {
    limits: { inputs: 5_000, work: 5_000 },
    settings: { producer: { 'queue.buffering.max.messages': 50 } },
  })
  await stage.writeThings(idsBetween(0, 3_000))
  const notes = await stage.notes(3_000)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      idsBetween(0, 3_000),
    ),
  ).toEqual(none)
  expect(member.reports.filter(({ event }) => event === 'aborted' || event === 'restarting')).toEqual([])
  const outputs = member.reports.filter(({ event }) => event === 'committed').map(({ detail }) => (detail as { outputs: number }).outputs)
  expect(Math.max(...outputs)).toBeGreaterThan(50)
})

test('a stopped task pauses its partitions, and whoever has it when it may go on fetches them again', async () => {
  const stage = await setStage()
  const { story, writer } = stage
  const member = stage.start('node')
  await member.reported('restored')
  const { partition, offset } = await writer.append(story.openThings, { deviceId: 'device-0', thingId: 'bad' })
  await member.reported('stopped')
  const ids = idsBetween(0, 12_000)
  await stage.writeThings(ids, 1)
  expect(await member.reported('paused')).toEqual({ topic: story.things.name, partition })
  const second = stage.start('second')
  await second.reported('restored')
  second.signal('SIGTERM')
  await orderSkip(writer, {
    subTopology: story.subTopology,
    topic: story.openThings.name,
    partition,
    offset,
    reason: 'ann',
    nowMs: Date.now(),
  })
  const notes = await stage.notes(ids.length)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      ids,
    ),
  ).toEqual(none)
})

test('a changelog that cannot be read stops its task only', async () => {
  const stage = await setStage()
  const counters = changelogTopics(stage.story.subTopology).find(({ name }) => name.includes('counters'))?.name ?? ''
  const partition = partitionOf('device-0', stage.devicePartitions)
  const offset = await writeRaw(stage, counters, partition, Buffer.from('poison'))
  const member = stage.start('node')
  expect(await member.reported('stopped')).toMatchObject({ coordinates: `${counters}-${partition}-${offset}` })
  const ids = idsBetween(0, 100)
  await stage.writeThings(ids, 20)
  const onOthers = ids.filter((_, i) => partitionOf(`device-${i % 20}`, stage.devicePartitions) !== partition)
  const notes = await stage.notes(onOthers.length)
  expect(
    deviations(
      notes.map(({ thingId }) => thingId),
      onOthers,
    ),
  ).toEqual(none)
})
