/** What one transaction of a task has come to so far, shared by its contexts and stores. */
import { coordinates } from './coordinates.ts'
import type { TaskInput, TaskOutput, TaskQuestion } from './task-contract.ts'

/** Why a record is written: the time of receipt and the coordinates of what caused it (empty = a tick). */
export interface Cause {
  readonly timestampMs: number
  readonly causation: string
}

/** The transaction under way. One per task, begun anew for each transaction. */
export interface Frame {
  nowMs: number
  /** The record being handled; null during ticks, work and answers. */
  input: TaskInput | null
  outputs: TaskOutput[]
  questions: TaskQuestion[]
  /** Counts everything that handlers did: outputs, questions, changes of stores. */
  effects: number
  /** The cause of whatever happens now; the same object for all effects of one input. */
  cause(): Cause
  /** Turns to the next record, or to a step without one. */
  turnTo(input: TaskInput | null): void
  begin(nowMs: number): void
}

export function createFrame(): Frame {
  let cause: Cause | null = null
  const frame: Frame = {
    nowMs: 0,
    input: null,
    outputs: [],
    questions: [],
    effects: 0,
    cause() {
      if (cause) return cause
      const { input } = frame
      cause = input
        ? { timestampMs: input.timestampMs, causation: coordinates(input.topic, input.partition, input.offset) }
        : { timestampMs: frame.nowMs, causation: '' }
      return cause
    },
    turnTo(input) {
      frame.input = input
      cause = null
    },
    begin(nowMs) {
      frame.nowMs = nowMs
      frame.outputs = []
      frame.questions = []
      frame.effects = 0
      frame.turnTo(null)
    },
  }
  return frame
}
