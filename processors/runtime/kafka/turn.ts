/** Gives one task its steps of one transaction, in memory; nothing takes effect before the host commits them. */
import type { Codec } from '../../../topics/codec.ts'
import { UnlearnedSchemaError } from '../../../topics/codec.ts'
import { SchemaMisfitError, type Schemas, UnknownSchemaError } from '../../../topics/registry.ts'
import { coordinates } from '../coordinates.ts'
import { SKIPPED, unknownSchemaDetail } from '../rejection.ts'
import type { TaskEffects, TaskInput } from '../task-contract.ts'
import type { Lane } from './lane.ts'
import { learnWriterOf } from './learning.ts'
import { nextLane, type Slot } from './slot.ts'

export interface TurnOptions {
  readonly nowMs: number
  readonly isTickDue: boolean
  /** Records at most. */
  readonly inputs: number
  /** Units of a pass at most. */
  readonly work: number
}

export interface TurnParts {
  readonly schemas: Schemas
  /** The codec that tasks read a topic with. */
  readonly codecOf: (topic: string) => Codec<unknown>
  /** Coordinates of records that an operator skips. */
  readonly skips: ReadonlySet<string>
}

/** What a task's turn came to. */
export interface Turn {
  readonly slot: Slot
  readonly effects: TaskEffects
  readonly inputs: number
  /** Next offsets, by lane. */
  readonly positions: ReadonlyMap<Lane, number>
}

/** A task's step threw; the task must be restored before it may go on. */
export class TurnFault extends Error {
  readonly slot: Slot
  /** The record at which it threw; null = a tick, work or an answer. */
  readonly input: TaskInput | null
  constructor(slot: Slot, input: TaskInput | null, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.slot = slot
    this.input = input
  }
}

/** Records taken from one topic before another topic's earlier record gets its chance: keeps the journal short. */
const RUN = 64

/** Whether the task has anything to do. */
export const hasWork = (slot: Slot, isTickDue: boolean): boolean =>
  slot.state === 'ready' && (isTickDue || slot.mayWork || slot.answers.length > 0 || nextLane(slot) !== undefined)

/** Answers, then records with urgent topics first, then a tick if it is due, then a piece of work. Throws TurnFault. */
export async function takeTurn(slot: Slot, options: TurnOptions, parts: TurnParts): Promise<Turn> {
  const { task } = slot
  const guarded = <T>(step: () => T): T => {
    try {
      return step()
    } catch (error) {
      throw new TurnFault(slot, null, error)
    }
  }
  task.begin(options.nowMs)
  for (const { asked, answer } of slot.answers.splice(0)) guarded(() => task.answer(asked, answer))
  const inputs = await takeInputs(slot, options.inputs, parts)
  if (options.isTickDue) guarded(() => task.tick())
  slot.mayWork = guarded(() => task.work(options.work))
  const effects = guarded(() => task.finish())
  return { slot, effects, inputs, positions: new Map(slot.lanes.map((lane) => [lane, lane.position()])) }
}

async function takeInputs(slot: Slot, limit: number, parts: TurnParts): Promise<number> {
  let count = 0
  for (let lane = nextLane(slot); lane && count < limit; lane = nextLane(slot)) {
    const end = Math.min(limit, count + RUN)
    for (let input = lane.peek(); input && count < end; input = lane.peek()) {
      if (!takeAtOnce(slot, input, parts)) await takeAfterLearning(slot, input, parts)
      lane.take()
      count++
    }
  }
  return count
}

/** False = the record's schema has to be learned first. */
function takeAtOnce(slot: Slot, input: TaskInput, { skips }: TurnParts): boolean {
  try {
    if (skips.size > 0 && skips.has(coordinates(input.topic, input.partition, input.offset))) slot.task.refuse(input, 'skipped', SKIPPED)
    else slot.task.take(input)
    return true
  } catch (error) {
    if (error instanceof UnlearnedSchemaError) return false
    throw new TurnFault(slot, input, error)
  }
}

async function takeAfterLearning(slot: Slot, input: TaskInput, { schemas, codecOf }: TurnParts): Promise<void> {
  try {
    await learnWriterOf(input.value as Buffer, codecOf(input.topic), schemas)
    slot.task.take(input)
  } catch (error) {
    refuse(slot, input, error)
  }
}

function refuse(slot: Slot, input: TaskInput, error: unknown): void {
  try {
    if (error instanceof UnknownSchemaError) slot.task.refuse(input, 'unknownSchema', unknownSchemaDetail(error.schemaId))
    else if (error instanceof SchemaMisfitError) slot.task.refuse(input, 'schemaMismatch', error.message)
    else throw error
  } catch (fault) {
    throw new TurnFault(slot, input, fault)
  }
}
