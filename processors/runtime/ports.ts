/** Lists the ports of a topology: which processor reads or writes which topic, and how. */
import type { AnyTopic } from '../../topics/define.ts'
import type { AnyProcessor, SubTopology, TableDefinition, Topology } from './define.ts'

/** One port of one processor. */
export interface Port {
  readonly kind: 'input' | 'table' | 'output'
  readonly name: string
  readonly topic: AnyTopic
  readonly processor: AnyProcessor
  readonly subTopology: SubTopology
}

function portsOfProcessor(processor: AnyProcessor, subTopology: SubTopology): readonly Port[] {
  const inputs = Object.entries<AnyTopic>(processor.inputs)
  const tables = Object.entries<TableDefinition<unknown>>(processor.tables)
  const outputs = Object.entries<AnyTopic>(processor.outputs)
  return [
    ...inputs.map(([name, topic]): Port => ({ kind: 'input', name, topic, processor, subTopology })),
    ...tables.map(([name, { topic }]): Port => ({ kind: 'table', name, topic, processor, subTopology })),
    ...outputs.map(([name, topic]): Port => ({ kind: 'output', name, topic, processor, subTopology })),
  ]
}

/** All ports in the order of declaration. */
export function portsOf(topology: Pick<Topology, 'subTopologies'>): readonly Port[] {
  return topology.subTopologies.flatMap((subTopology) =>
    subTopology.processors.flatMap((processor) => portsOfProcessor(processor, subTopology)),
  )
}

/** Every topic that a topology touches, once, without changelogs. */
export function topicsOf(topology: Topology): readonly AnyTopic[] {
  const topics = [...topology.external, ...portsOf(topology).map(({ topic }) => topic), ...topology.terminal]
  return [...new Set(topics)]
}
