/** Reads which task is meant by SUB-TOPOLOGY/PARTITION. */
import type { SubTopology, Topology } from '../../../processors/runtime/define.ts'

export interface NamedTask {
  readonly subTopology: SubTopology
  readonly partition: number
}

/** Throws naming the option and what there is. */
export function findSubTopology(option: string, name: string, { subTopologies }: Topology): SubTopology {
  const found = subTopologies.find((subTopology) => subTopology.name === name)
  if (!found) throw new Error(`${option}: there is no sub-topology ${name}; known: ${subTopologies.map((known) => known.name).join(', ')}`)
  return found
}

/** Throws naming the option and what there is. */
export function readTaskName(text: string, topology: Topology, devicePartitions: number): NamedTask {
  const [, name = '', digits = ''] = /^([\w-]+)\/(\d+)$/.exec(text) ?? []
  if (name === '') throw new Error(`--task: "${text}" is not SUB-TOPOLOGY/PARTITION, such as dispatch/3`)
  const subTopology = findSubTopology('--task', name, topology)
  const count = subTopology.partitioning === 'one' ? 1 : devicePartitions
  if (Number(digits) >= count) throw new Error(`--task: ${name} has partitions 0 to ${count - 1}`)
  return { subTopology, partition: Number(digits) }
}
