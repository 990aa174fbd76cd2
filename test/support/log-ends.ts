/** Asks where topics end for read_committed readers: whatever lies before is visible to them. */
import { closeClient, offsetsForTimes, openConsumer } from '../../processors/runtime/kafka/client.ts'
import { partitionCounts } from '../../processors/runtime/kafka/metadata.ts'

/** Last stable offsets by topic, each per partition number. */
export type EndsByTopic = ReadonlyMap<string, readonly number[]>

export interface LogEnds {
  read(): Promise<EndsByTopic>
  close(): Promise<void>
}

/** Asks for the offset of a time instead of an end: of this one, it is the end. */
const LATEST = -1

/** All partitions are asked for at once: who watches must take little from what is watched. */
export async function openLogEnds(brokers: string, topics: readonly string[]): Promise<LogEnds> {
  const consumer = await openConsumer({ brokers, group: 'drover.test.ends', isolation: 'read_committed', onError: () => undefined })
  const counts = await partitionCounts(consumer)
  const asked = topics.flatMap((topic) =>
    Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition, offset: LATEST })),
  )
  return {
    async read() {
      const ends = new Map(topics.map((topic) => [topic, new Array<number>(counts.get(topic) ?? 0).fill(0)]))
      for (const { topic, partition, offset } of await offsetsForTimes(consumer, asked)) {
        const of = ends.get(topic)
        if (of) of[partition] = offset
      }
      return ends
    },
    close: () => closeClient(consumer),
  }
}
