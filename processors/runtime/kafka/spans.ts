/** Finds where following a topic starts, and where its present end is. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FollowFrom } from '../log.ts'
import { type Consumer, closeClient, offsetsForTimes, openConsumer, queryWatermarks, type TopicPartition } from './client.ts'
import { partitionCounts } from './metadata.ts'

export interface Span extends TopicPartition {
  /** First offset to read. */
  readonly start: number
  /** High watermark: everything written by now is before it, committed or not. */
  readonly end: number
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 3_200

/** One span per partition of `topics`. Throws when a topic does not exist. */
export async function findSpans(brokers: string, name: string, topics: readonly string[], from: FollowFrom): Promise<readonly Span[]> {
  const consumer = await openConsumer({ brokers, group: name, isolation: 'read_uncommitted', onError: () => {} })
  try {
    const counts = await partitionCounts(consumer)
    const partitions = topics.flatMap((topic) => {
      const count = counts.get(topic)
      if (count === undefined) throw new Error(`${topic} does not exist; run \`drover topics apply\``)
      return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
    })
    return await Promise.all(partitions.map((partition) => findSpan(consumer, partition, from)))
  } finally {
    await closeClient(consumer)
  }
}

/** A partition that was just created, or whose leader is moving, has nobody to ask for a moment. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    try {
      return await ask()
    } catch (error) {
      if (pauseMs > LONGEST_PAUSE_MS) throw error
      await sleep(pauseMs)
    }
  }
}

async function findSpan(consumer: Consumer, { topic, partition }: TopicPartition, from: FollowFrom): Promise<Span> {
  const { low, high } = await patiently(() => queryWatermarks(consumer, { topic, partition }))
  if (from === 'beginning') return { topic, partition, start: low, end: high }
  if (from === 'end') return { topic, partition, start: high, end: high }
  if (!('sinceMs' in from)) {
    const offset = from.offsets.get(`${topic}-${partition}`) ?? low
    return { topic, partition, start: offset < low || offset > high ? low : offset, end: high }
  }
  const asked = [{ topic, partition, offset: from.sinceMs }]
  const [found] = await patiently(() => offsetsForTimes(consumer, asked))
  return { topic, partition, start: found && found.offset >= 0 ? found.offset : high, end: high }
}
