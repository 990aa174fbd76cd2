/** Finds the changelog of a store by the processor that keeps it. */
import { changelogTopic } from '../../../processors/runtime/changelog.ts'
import type { StoreDefinition } from '../../../processors/runtime/define.ts'
import { topology } from '../../../processors/topology.ts'
import type { Topic } from '../../../topics/define.ts'

/** Throws when this build has no such processor. */
export function storeTopic<V>(processor: string, name: string, definition: StoreDefinition<V>): Topic<V> {
  const keeper = topology.subTopologies.find(({ processors }) => processors.some((known) => known.name === processor))
  if (!keeper) throw new Error(`this build has no processor ${processor}`)
  return changelogTopic(keeper, processor, name, definition)
}
