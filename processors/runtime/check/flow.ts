/** Finds topics that nobody fills, nobody reads, or too many write. */
import type { Topology } from '../define.ts'
import { type Port, portsOf } from '../ports.ts'

const topicNames = (ports: readonly Port[]): ReadonlySet<string> => new Set(ports.map(({ topic }) => topic.name))

function loneEnds(topology: Topology): readonly string[] {
  const ports = portsOf(topology)
  const outputs = ports.filter(({ kind }) => kind === 'output')
  const reads = ports.filter(({ kind }) => kind !== 'output')
  const external = new Set(topology.external.map(({ name }) => name))
  const terminal = new Set(topology.terminal.map(({ name }) => name))
  const produced = topicNames(outputs)
  const consumed = topicNames(reads)
  return [
    ...reads
      .filter(({ topic }) => !produced.has(topic.name) && !external.has(topic.name))
      .map(
        ({ processor, topic }) => `${processor.name} reads ${topic.name}, which no processor writes; add its writer or list it as external`,
      ),
    ...outputs
      .filter(({ topic }) => !consumed.has(topic.name) && !terminal.has(topic.name))
      .map(
        ({ processor, topic }) => `${processor.name} writes ${topic.name}, which no processor reads; add its reader or list it as terminal`,
      ),
    ...[...terminal]
      .filter((name) => !produced.has(name) && !external.has(name))
      .map((name) => `${name} is listed as terminal, but nobody writes it`),
  ]
}

function sharedViews(topology: Topology): readonly string[] {
  const outputs = portsOf(topology).filter(({ kind, topic }) => kind === 'output' && topic.retention.kind === 'compacted')
  const external = new Set(topology.external.map(({ name }) => name))
  return [...topicNames(outputs)].flatMap((name) => {
    const writers = new Set(outputs.filter(({ topic }) => topic.name === name).map(({ processor }) => processor.name))
    if (external.has(name)) writers.add('the edge')
    return writers.size > 1
      ? [`${name} is compacted and has several writers (${[...writers].join(', ')}); only one fenced processor may write it`]
      : []
  })
}

function externalViews(topology: Topology): readonly string[] {
  return topology.external
    .filter(({ retention }) => retention.kind === 'compacted')
    .map(({ name }) => `${name} is compacted and listed as external; let edges write a log, and a processor fold it`)
}

export function checkFlow(topology: Topology): readonly string[] {
  return [...loneEnds(topology), ...sharedViews(topology), ...externalViews(topology)]
}
