/** Prints a topology as Mermaid text, in the order of declaration. */
import type { AnyTopic } from '../../topics/define.ts'
import type { Topology } from './define.ts'
import { type Port, portsOf, topicsOf } from './ports.ts'

const topicId = (topic: AnyTopic): string => `topic_${topic.name.replaceAll(/[^a-zA-Z0-9]/g, '_')}`
const processorId = (name: string): string => `processor_${name.replaceAll(/[^a-zA-Z0-9]/g, '_')}`

/** Logs are rounded, compacted views are drums. */
function printTopic(topic: AnyTopic): string {
  const shown = topic.name.replace(/\.v1$/, '')
  return topic.retention.kind === 'compacted' ? `  ${topicId(topic)}[("${shown}")]` : `  ${topicId(topic)}(["${shown}"])`
}

/** Tables are dotted, urgent inputs are thick. */
function printPort({ kind, name, topic, processor }: Port): string {
  if (kind === 'output') return `  ${processorId(processor.name)} --> ${topicId(topic)}`
  const urgent = (processor.urgent ?? []).map(String).includes(name)
  const arrow = kind === 'table' ? '-.->' : urgent ? '==>' : '-->'
  return `  ${topicId(topic)} ${arrow} ${processorId(processor.name)}`
}

/** Equal topologies print equal text. */
export function printTopology(topology: Topology): string {
  const subGraphs = topology.subTopologies.flatMap(({ name, partitioning, processors }) => [
    `  subgraph ${name}["${name}, tasks: ${partitioning}"]`,
    ...processors.map((processor) => `    ${processorId(processor.name)}["${processor.name}"]`),
    '  end',
  ])
  const lines = ['flowchart LR', ...topicsOf(topology).map(printTopic), ...subGraphs, ...portsOf(topology).map(printPort)]
  return `${lines.join('\n')}\n`
}
