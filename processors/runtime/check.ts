/** Finds every fault of a topology before anything runs. */
import { catalogue as droverCatalogue } from '../../topics/catalogue.ts'
import type { AnyTopic } from '../../topics/define.ts'
import { checkFlow } from './check/flow.ts'
import { checkProcessor } from './check/processor.ts'
import { checkTasks } from './check/tasks.ts'
import { checkWriters } from './check/writers.ts'
import type { Topology } from './define.ts'

function findDuplicates(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
}

/** All faults at once, each naming the place and what to do; empty = sound. */
export function checkTopology(topology: Topology, catalogue: readonly AnyTopic[] = droverCatalogue): string[] {
  const processors = topology.subTopologies.flatMap((subTopology) => subTopology.processors)
  return [
    ...findDuplicates(topology.subTopologies.map(({ name }) => name)).map(
      (name) => `two sub-topologies are named ${name}: groups and transactional ids hang on the name, rename one`,
    ),
    ...findDuplicates(processors.map(({ name }) => name)).map(
      (name) => `two processors are named ${name}: changelogs hang on the name, rename one`,
    ),
    ...processors.flatMap(checkProcessor),
    ...topology.subTopologies.flatMap(checkTasks),
    ...checkFlow(topology),
    ...checkWriters(topology, catalogue),
  ]
}
