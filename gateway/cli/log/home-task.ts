/** Names the task that wrote a record which does not name its writer. */
import { homeTopics } from '../../../processors/runtime/home.ts'
import { taskId } from '../../../processors/runtime/task-id.ts'
import { topology } from '../../../processors/topology.ts'
import type { AnyTopic } from '../../../topics/define.ts'

const subTopologyOf = new Map(
  topology.subTopologies.flatMap((subTopology) => [...homeTopics(subTopology)].map((name) => [name, subTopology])),
)

/** Empty = no task is at home there: an outsider wrote the record. */
export function homeTaskOf({ name }: Pick<AnyTopic, 'name'>, partition: number): string {
  const subTopology = subTopologyOf.get(name)
  return subTopology ? taskId(subTopology, partition) : ''
}
