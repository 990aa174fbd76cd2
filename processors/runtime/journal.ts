/** Writes what each transaction of a task took, so that a replay can take the same in the same order. */
import type { JournalEntry } from '../../schemas/runtime.ts'
import { runtimeJournal } from '../../topics/catalogue.ts'
import type { Codec } from '../../topics/codec.ts'
import type { Task, TaskEffects, TaskOutput } from './task-contract.ts'

/** Whether a replay would miss the transaction: it has effects, or took records (a table remembers those). */
export function needsJournal({ outputs, questions, steps }: TaskEffects): boolean {
  return outputs.length > 0 || questions.length > 0 || steps.some((step) => step.kind === 'input')
}

/** The journal record of a transaction, to be written in that transaction. */
export function journalOutput(
  task: Task,
  effects: TaskEffects,
  nowMs: number,
  codeVersion: string,
  codec: Codec<JournalEntry>,
): TaskOutput {
  return {
    topic: runtimeJournal.name,
    partition: task.partition,
    key: task.id,
    value: codec.encode({ task: task.id, nowMs, codeVersion, steps: effects.steps }),
    timestampMs: nowMs,
    causation: '',
    isHome: false,
  }
}
