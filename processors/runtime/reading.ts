/** Reads the value of an input, or says why it cannot be read. */
import { HEADER_BYTES, UnlearnedSchemaError } from '../../topics/codec.ts'
import { partitionOf } from '../../topics/partitioner.ts'
import type { Route } from './routes.ts'
import type { TaskInput } from './task-contract.ts'

export type Reading =
  | { readonly value: unknown }
  | { readonly reason: 'notAvro' | 'schemaMismatch' | 'invalidValue'; readonly detail: string }

/** Decodes the value; null stands for a deleted key of a compacted topic. Throws UnlearnedSchemaError only. */
export function readInput(route: Route, input: TaskInput, key: string, devicePartitions: number): Reading {
  const { topic } = route
  if (input.value === null) {
    if (topic.retention.kind === 'compacted') return { value: null }
    return { reason: 'notAvro', detail: 'the record has no value; write one in the Confluent wire format' }
  }
  let value: unknown
  try {
    value = route.codec.decode(input.value)
  } catch (error) {
    if (error instanceof UnlearnedSchemaError) throw error
    const hasHeader = input.value.length >= HEADER_BYTES && input.value[0] === 0
    return { reason: hasHeader ? 'schemaMismatch' : 'notAvro', detail: error instanceof Error ? error.message : String(error) }
  }
  const misplaced = topic.openToOutsiders ? findMisplacement(route, input, key, value, devicePartitions) : null
  return misplaced === null ? { value } : { reason: 'invalidValue', detail: misplaced }
}

/** A record of an outsider with another key, or under another partitioner, would miss the state of its device. */
function findMisplacement({ topic }: Route, input: TaskInput, key: string, value: unknown, devicePartitions: number): string | null {
  if (topic.placement === 'explicit') return null
  const due = topic.key(value)
  if (key !== due)
    return `the record's key is '${key}', but its ${topic.keyedBy} is '${due}'; write the ${topic.keyedBy} as the key, in UTF-8`
  if (topic.partitioning === 'one') return null
  const partition = partitionOf(key, devicePartitions)
  if (partition === input.partition) return null
  return `the record is on partition ${input.partition}, but murmur2 puts its key on ${partition}; use the Java client's default partitioner`
}
