/** Finds inputs of a sub-topology that would not meet in one task. */
import type { SubTopology } from '../define.ts'
import { portsOf } from '../ports.ts'

export function checkTasks(subTopology: SubTopology): readonly string[] {
  const { name, partitioning } = subTopology
  const read = portsOf({ subTopologies: [subTopology] }).filter(({ kind }) => kind !== 'output')
  const unlike = read
    .filter(({ topic }) => topic.partitioning !== partitioning)
    .map(
      ({ processor, topic }) =>
        `${name}: ${processor.name} reads ${topic.name}, partitioned '${topic.partitioning}', but its tasks are '${partitioning}'; have it re-written to a topic of '${partitioning}'`,
    )
  // With one partition every key meets every other; explicitly placed records go where their writer sends them.
  if (partitioning === 'one') return unlike
  const keys = new Map(read.filter(({ topic }) => topic.placement === 'byKey').map(({ topic }) => [topic.keyedBy, topic.name]))
  const alike = subTopology.processors.flatMap(({ keyedAlike = [] }) => keyedAlike)
  const isOneSpace = [...keys.keys()].every((keyedBy) => alike.includes(keyedBy))
  if (keys.size < 2 || isOneSpace) return unlike
  const list = [...keys].map(([keyedBy, topic]) => `${keyedBy} (${topic})`).join(' and ')
  return [...unlike, `${name}: its inputs are keyed by ${list}; records of one thing would come to different tasks, split it or re-key`]
}
