/** A log in memory that a loader can follow: records of several topics, read from given offsets, more to come. */
import type { Followed, FollowFrom, LogReader } from '../../../processors/runtime/log.ts'
import type { Topic } from '../../../topics/define.ts'

export interface MemoryReader extends LogReader {
  /** Appends values to a partition; returns the offset of the last. */
  append<T>(topic: Topic<T>, values: readonly T[], options?: { partition?: number; timestampMs?: number }): number
}

export function createMemoryReader(batchRecords = 1_000): MemoryReader {
  const log: Followed<unknown>[] = []
  const ends = new Map<string, number>()
  let wake = (): void => undefined

  const startOf = (from: FollowFrom, record: Followed<unknown>): number =>
    typeof from === 'object' && 'offsets' in from ? (from.offsets.get(`${record.topic}-${record.partition}`) ?? 0) : 0

  return {
    append(topic, values, { partition = 0, timestampMs = 1_700_000_000_000 } = {}) {
      const name = `${topic.name}-${partition}`
      for (const value of values) {
        const offset = ends.get(name) ?? 0
        ends.set(name, offset + 1)
        log.push({ value, key: topic.key(value), topic: topic.name, partition, offset, timestampMs })
      }
      wake()
      return (ends.get(name) ?? 0) - 1
    },
    async follow(topics, from, onBatch) {
      const names = new Set(topics.map(({ name }) => name))
      const firstEnd = log.length
      let at = 0
      let stopped = false
      let caughtUp = (): void => undefined
      const following = { caughtUp: new Promise<void>((resolve) => (caughtUp = resolve)) }
      const run = async (): Promise<void> => {
        while (!stopped) {
          const records = log.slice(at, at + batchRecords)
          at += records.length
          const wanted = records.filter((record) => names.has(record.topic) && record.offset >= startOf(from, record))
          if (wanted.length > 0) await onBatch(wanted as never)
          if (at >= firstEnd) caughtUp()
          if (records.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        }
      }
      const running = run()
      return {
        ...following,
        async stop() {
          stopped = true
          wake()
          await running
        },
      }
    },
  }
}
