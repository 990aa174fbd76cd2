/** The compacted topics that stores live on. */
import { compacted, defineTopic, type Topic } from '../../topics/define.ts'
import type { StoreDefinition, SubTopology } from './define.ts'

/** The changelog of a store: compacted, partitioned like the tasks of its sub-topology, written by the task itself. */
export function changelogTopic<V>(
  subTopology: SubTopology,
  processorName: string,
  storeName: string,
  definition: StoreDefinition<V>,
): Topic<V> {
  return defineTopic<V>(`state.${processorName}.${storeName}`, {
    about: `Store ${storeName} of ${processorName}.`,
    schema: definition.schema,
    keyedBy: 'store key',
    key: () => {
      throw new Error(`state.${processorName}.${storeName}: the key of a store's record does not follow from its value`)
    },
    partitioning: subTopology.partitioning,
    placement: 'explicit',
    retention: compacted,
    writers: [processorName],
  })
}

/** All changelogs of a sub-topology, in the order of declaration. */
export function changelogTopics(subTopology: SubTopology): readonly Topic<unknown>[] {
  return subTopology.processors.flatMap((processor) =>
    Object.entries(processor.stores as Readonly<Record<string, StoreDefinition<unknown>>>).map(([name, definition]) =>
      changelogTopic(subTopology, processor.name, name, definition),
    ),
  )
}
