/** Waits until a consumer group has worked off partitions up to given offsets. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'

const POLL_MS = 200

export interface CommittedOptions {
  /** Comma-separated host:port. */
  readonly brokers: string
  readonly group: string
  readonly topic: string
  /** Offset of the last record to be worked off, by partition. */
  readonly lastOffsets: ReadonlyMap<number, number>
  /** Told at each look how many records are still before the group. */
  readonly onWaiting: (records: number) => void
  readonly signal: AbortSignal
}

/** Rejects when the signal aborts. Waits for as long as the group needs: it may be down, and come back. */
export async function awaitCommitted({ brokers, group, topic, lastOffsets, onWaiting, signal }: CommittedOptions): Promise<void> {
  const admin = new Kafka({ clientId: 'drover-cli', brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    for (;;) {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const next = new Map(offsets?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
      const behind = [...lastOffsets].reduce(
        (sum, [partition, last]) => sum + Math.max(0, last + 1 - Math.max(0, next.get(partition) ?? 0)),
        0,
      )
      if (behind === 0) return
      onWaiting(behind)
      await sleep(POLL_MS, undefined, { signal })
    }
  } finally {
    await admin.disconnect()
  }
}
