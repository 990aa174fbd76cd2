/** Says where a task is at home: on its own partition of topics that its sub-topology alone writes. What it writes there needs no header to tell whose it is. */
import type { AnyTopic } from '../../topics/define.ts'
import { changelogTopics } from './changelog.ts'
import type { SubTopology } from './define.ts'
import { portsOf } from './ports.ts'
import { taskOf } from './producer.ts'
import { taskId } from './task-id.ts'

/** Whether every record on a partition of the topic, but for a few that name their writer, is by the task of that partition. */
export const isHomeTopic = ({ writers, openToOutsiders, partitioning }: AnyTopic, subTopology: SubTopology): boolean =>
  writers.length === 1 && !openToOutsiders && partitioning === subTopology.partitioning

/** Names of all topics on which tasks of the sub-topology are at home. */
export function homeTopics(subTopology: SubTopology): ReadonlySet<string> {
  const outputs = portsOf({ subTopologies: [subTopology] }).filter(({ kind }) => kind === 'output')
  const homes = outputs.filter(({ topic }) => isHomeTopic(topic, subTopology))
  return new Set([...homes.map(({ topic }) => topic), ...changelogTopics(subTopology)].map(({ name }) => name))
}

/** Where a record stands, and its `producer` header; empty = it has none. */
export interface WrittenRecord {
  readonly topic: string
  readonly partition: number
  readonly producer: string
}

/** Tells the records of one task from those of others: by their header, and without one by where they stand. */
export function recordsOf(subTopology: SubTopology, partition: number): (record: WrittenRecord) => boolean {
  const homes = homeTopics(subTopology)
  const id = taskId(subTopology, partition)
  return (record) => (record.producer === '' ? record.partition === partition && homes.has(record.topic) : taskOf(record.producer) === id)
}
