/** Puts a record aside on `rejected`, whole, with where it stands and why. */
import type { Rejected } from '../../schemas/runtime.ts'
import { rejectedRecords } from '../../topics/catalogue.ts'
import type { Codec } from '../../topics/codec.ts'
import type { Frame } from './frame.ts'
import type { TaskInput } from './task-contract.ts'

/** What a host gives as detail, so that a replay writes the same. */
export const SKIPPED = 'skipped by an operator'
export const unknownSchemaDetail = (schemaId: number): string =>
  `schema id ${schemaId} is not in the registry; register the schema, then send the record again`

export interface Rejection {
  readonly reason: Rejected['reason']
  /** Which field, and what to do. */
  readonly detail: string
  /** File and line, or element path, inside the body; empty = the whole. */
  readonly place: string
  readonly rejectedBy: string
}

/** Writes the rejection of `input` to its own partition number of `rejected`. */
export function emitRejection(frame: Frame, codec: Codec<Rejected>, input: TaskInput, rejection: Rejection): void {
  const value: Rejected = {
    topic: input.topic,
    partition: input.partition,
    offset: input.offset,
    ...rejection,
    key: input.key,
    value: input.value,
    atMs: frame.nowMs,
  }
  frame.outputs.push({
    topic: rejectedRecords.name,
    partition: input.partition,
    key: input.topic,
    value: codec.encode(value),
    ...frame.cause(),
    isHome: false,
  })
  frame.effects++
}
