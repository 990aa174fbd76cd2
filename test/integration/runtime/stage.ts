/** Sets the stage for one test: a story with topics of its own, a writer, and processes that are gone when the test is over. */
import { onTestFinished } from 'vitest'
import { touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import { type TestBroker, useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { type MemberOrders, type MemberProcess, startMember } from './members.ts'
import { createStory, type Noted, type Story } from './story.ts'

export interface Stage {
  readonly broker: TestBroker
  readonly story: Story
  readonly devicePartitions: number
  readonly writer: LogWriter
  start(node: string, orders?: Partial<MemberOrders>): MemberProcess
  /** Writes one thing for each id, spread over `devices` devices. */
  writeThings(thingIds: readonly string[], devices?: number): Promise<void>
  /** Enrols devices that take part. */
  writeDevices(deviceIds: readonly string[]): Promise<void>
  /** Waits until there are that many notes, then returns all there are. */
  notes(atLeast: number, limitMs?: number): Promise<readonly Noted[]>
}

export async function setStage(broker: TestBroker = useBroker()): Promise<Stage> {
  const prefix = broker.uniquePrefix()
  const story = createStory(prefix)
  const devicePartitions = await broker.provision(touchedTopics(story.subTopology))
  const writer = await broker.openWriter()
  const members: MemberProcess[] = []
  onTestFinished(async () => {
    for (const member of members) member.signal('SIGKILL')
    await Promise.all(members.map((member) => member.exited))
    await writer.close()
  })
  const { brokers, registryUrl } = broker
  return {
    broker,
    story,
    devicePartitions,
    writer,
    start(node, orders) {
      const member = startMember({ prefix, brokers, registryUrl, devicePartitions, node, ...orders })
      members.push(member)
      return member
    },
    async writeThings(thingIds, devices = 50) {
      await Promise.all(thingIds.map((thingId, i) => writer.append(story.things, { deviceId: `device-${i % devices}`, thingId })))
    },
    async writeDevices(deviceIds) {
      await Promise.all(deviceIds.map((deviceId) => writer.append(story.optOuts, { deviceId, isOut: 0 })))
    },
    notes: (atLeast, limitMs) =>
      eventually(
        `${atLeast} notes`,
        async () => {
          const records = await broker.readAll(story.notes)
          return records.length >= atLeast && records.flatMap(({ value }) => (value ? [value] : []))
        },
        limitMs,
      ),
  }
}

/** Ids from `from` up to but without `to`. */
export const idsBetween = (from: number, to: number): readonly string[] => Array.from({ length: to - from }, (_, i) => `thing-${from + i}`)
