/** Finds where a topology and the catalogue disagree on what topics there are and who writes them. */
import type { AnyTopic } from '../../../topics/define.ts'
import type { Topology } from '../define.ts'
import { portsOf, topicsOf } from '../ports.ts'

/** Writers that are no processors. */
const EDGES: ReadonlySet<string> = new Set(['gateway', 'cli', 'connectors', 'integrators', 'utilities', 'runtime', 'all'])

function unknownTopics(topology: Topology, catalogue: readonly AnyTopic[]): readonly string[] {
  const declared = new Map(catalogue.map((topic) => [topic.name, topic]))
  return topicsOf(topology).flatMap((topic) => {
    const known = declared.get(topic.name)
    if (known === topic) return []
    return [known ? `${topic.name} is declared twice; use the catalogue's` : `${topic.name} is not in the catalogue; add it`]
  })
}

export function checkWriters(topology: Topology, catalogue: readonly AnyTopic[]): readonly string[] {
  const outputs = portsOf(topology).filter(({ kind }) => kind === 'output')
  const undeclared = outputs
    .filter(({ topic, processor }) => !topic.writers.includes(processor.name) && !topic.writers.includes('all'))
    .map(
      ({ topic, processor }) =>
        `${processor.name} writes ${topic.name}, but the catalogue lists ${topic.writers.join(', ')} as its writers`,
    )
  const absent = catalogue.flatMap((topic) => {
    const emitters = outputs.filter((port) => port.topic.name === topic.name).map(({ processor }) => processor.name)
    return topic.writers
      .filter((writer) => !EDGES.has(writer) && !emitters.includes(writer))
      .map((writer) => `the catalogue says that ${writer} writes ${topic.name}, but no processor of that name has it as an output`)
  })
  return [...unknownTopics(topology, catalogue), ...undeclared, ...absent]
}
