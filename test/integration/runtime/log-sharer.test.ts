/** The partitions of a topic are divided among processes, each with one of them at a time, also when they come and go. */
import { expect, onTestFinished, test } from 'vitest'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { createLogSharer } from '../../../processors/runtime/kafka/log-sharer.ts'
import type { Followed } from '../../../processors/runtime/log.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { createStory } from './story.ts'

async function setUp() {
  const broker = useBroker()
  const prefix = broker.uniquePrefix()
  const story = createStory(prefix)
  const devicePartitions = await broker.provision(story.topics)
  const all = Array.from({ length: devicePartitions }, (_, partition) => partition)
  /** Who works each partition now. */
  const holders = new Map<number, string>()
  const overlaps: string[] = []

  async function join(name: string, givingUpMs = 0) {
    let held: readonly number[] = []
    const sharer = createLogSharer({ brokers: broker.brokers, node: `${prefix}-${name}`, sessionTimeoutMs: 6_000 })
    const share = await sharer.share(story.things, `${prefix}.share`, {
      onAssigned(partitions) {
        for (const partition of partitions) {
          if (holders.has(partition)) overlaps.push(`${partition} of ${holders.get(partition)} went to ${name}`)
          holders.set(partition, name)
        }
        held = partitions
      },
      async onRevoked() {
        // Work that is under way ends some time after it is told to.
        await new Promise((resolve) => setTimeout(resolve, givingUpMs))
        for (const partition of held) holders.delete(partition)
        held = []
      },
    })
    let isStopped = false
    const stop = async (): Promise<void> => {
      if (!isStopped) await share.stop()
      isStopped = true
    }
    onTestFinished(stop)
    return { held: () => held, stop }
  }
  return { broker, story, devicePartitions, all, overlaps, join }
}

test('members hold all partitions between them, none twice, and the last one holds them all', async () => {
  const { all, overlaps, join } = await setUp()
  const first = await join('first', 500)
  await eventually('all partitions at the first', () => first.held().length === all.length)
  const second = await join('second', 500)
  await eventually('a share for both', () => second.held().length > 0 && first.held().length > 0)
  expect([...first.held(), ...second.held()].sort((a, b) => a - b)).toEqual(all)
  await first.stop()
  await eventually('all partitions at the second', () => second.held().length === all.length)
  expect(overlaps).toEqual([])
})

test('following can be of some partitions only', async () => {
  const { broker, story, devicePartitions } = await setUp()
  const writer = await broker.openWriter()
  onTestFinished(() => writer.close())
  const ids = Array.from({ length: 100 }, (_, i) => `device-${i}`)
  await Promise.all(ids.map((deviceId) => writer.append(story.things, { deviceId, thingId: 'thing' })))
  const records: Followed<{ deviceId: string }>[] = []
  const reader = createLogReader({ brokers: broker.brokers, schemas: broker.schemas, name: 'drover.test' })
  const following = await reader.follow([story.things], 'beginning', (batch) => void records.push(...batch), [1, 3])
  onTestFinished(() => following.stop())
  await following.caughtUp
  const wanted = ids.filter((id) => [1, 3].includes(partitionOf(id, devicePartitions)))
  expect(records.map(({ key }) => key).sort()).toEqual(wanted.sort())
})
