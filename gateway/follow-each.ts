/** Follows several topics from their beginning through one consumer, each record to the one who knows what it means. */
import type { Followed, Following, LogReader } from '../processors/runtime/log.ts'
import type { AnyTopic, Topic } from '../topics/define.ts'

/** A topic and what its records are for. */
export interface Interest {
  readonly topic: AnyTopic
  readonly learn: (record: Followed<unknown>) => void
}

/** Deleted keys of compacted topics are passed over. */
export const interest = <T>(topic: Topic<T>, learn: (value: T) => void): Interest => ({
  topic,
  learn: ({ value }) => {
    if (value !== null) learn(value as T)
  },
})

/** Settles once everything that was on the log at the start is learned; `onNews` is called after each batch, with the topics in it. */
export async function followEach(
  reader: LogReader,
  interests: readonly Interest[],
  onNews: (topics: ReadonlySet<string>) => void = () => undefined,
): Promise<Following> {
  const byTopic = new Map(interests.map(({ topic, learn }) => [topic.name, learn]))
  const following = await reader.follow<unknown>(
    interests.map(({ topic }) => topic),
    'beginning',
    (records) => {
      for (const record of records) byTopic.get(record.topic)?.(record)
      onNews(new Set(records.map(({ topic }) => topic)))
    },
  )
  try {
    await following.caughtUp
  } catch (error) {
    await following.stop()
    throw error
  }
  return following
}
