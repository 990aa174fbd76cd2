/** Checks that what is read together is partitioned, and arrives, together. */
import type { AnyTopic } from '../../../topics/define.ts'
import type { TopicPartition } from './client.ts'
import { SetupError } from './faults.ts'

/** The partition numbers assigned. Throws unless each came with all of `topics`: a task that misses an input would join what it cannot see. */
export function tasksOf(assigned: readonly TopicPartition[], topics: readonly string[]): readonly number[] {
  const byPartition = new Map<number, Set<string>>()
  for (const { topic, partition } of assigned) byPartition.set(partition, (byPartition.get(partition) ?? new Set()).add(topic))
  for (const [partition, present] of byPartition) {
    const missing = topics.filter((topic) => !present.has(topic))
    if (missing.length > 0)
      throw new Error(
        `partition ${partition} came without that of ${missing.join(', ')}: all members of a group must run the same code, with the range assignor`,
      )
  }
  return [...byPartition.keys()].sort((a, b) => a - b)
}

/** Throws SetupError, naming every topic that is missing or has another count of partitions than declared. */
export function checkTopics(topics: readonly AnyTopic[], found: ReadonlyMap<string, number>, devicePartitions: number): void {
  const faults = topics.flatMap(({ name, partitioning }) => {
    const due = partitioning === 'one' ? 1 : devicePartitions
    const count = found.get(name)
    if (count === undefined) return [`${name} is missing`]
    return count === due ? [] : [`${name} has ${count} partitions instead of ${due}`]
  })
  if (faults.length > 0) throw new SetupError(`${faults.join('; ')}. Run \`drover topics apply\``)
}
