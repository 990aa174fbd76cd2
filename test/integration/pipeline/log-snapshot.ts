/** All committed records of topics as they stand now, to be checked against each other and against ClickHouse. */
import type { Followed, LogReader } from '../../../processors/runtime/log.ts'
import type { AnyTopic, Topic } from '../../../topics/define.ts'

export interface LogSnapshot {
  /** In the order of each partition; values that are null are left out. */
  records<T>(topic: Topic<T>): readonly Valued<T>[]
  values<T>(topic: Topic<T>): readonly T[]
}

export interface Valued<T> extends Followed<T> {
  readonly value: T
}

export async function takeSnapshot(reader: LogReader, topics: readonly AnyTopic[]): Promise<LogSnapshot> {
  const found = new Map<string, Valued<unknown>[]>(topics.map(({ name }) => [name, []]))
  const following = await reader.follow<unknown>(topics, 'beginning', (records) => {
    for (const record of records) if (record.value !== null) found.get(record.topic)?.push(record as Valued<unknown>)
  })
  await following.caughtUp
  await following.stop()
  const records = <T>(topic: Topic<T>) => (found.get(topic.name) ?? []) as unknown as readonly Valued<T>[]
  return { records, values: (topic) => records(topic).map(({ value }) => value) }
}
