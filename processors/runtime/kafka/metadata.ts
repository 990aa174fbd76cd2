/** Reads from the brokers which topics there are. */
import type { Metadata } from 'node-rdkafka'
import { type Consumer, call } from './client.ts'

/** Count of partitions by topic. */
export async function partitionCounts(client: Consumer): Promise<ReadonlyMap<string, number>> {
  const { topics } = await call<Metadata>((done) => client.getMetadata({ timeout: 30_000 }, done))
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]))
}
