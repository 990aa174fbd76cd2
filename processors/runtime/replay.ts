/** Runs a task's journalled steps again, through today's code, and gives what each transaction comes to. */
import type { JournalEntry, JournalStep } from '../../schemas/runtime.ts'
import { UnlearnedSchemaError } from '../../topics/codec.ts'
import type { CodecSource } from './codec-source.ts'
import type { SubTopology } from './define.ts'
import { PoisonError } from './faults.ts'
import { SKIPPED, unknownSchemaDetail } from './rejection.ts'
import { answerName } from './steps.ts'
import { createTask } from './task.ts'
import type { Task, TaskEffects, TaskInput, TaskQuestion } from './task-contract.ts'

/** What a replay needs of the world. */
export interface ReplaySource {
  /** The task's journal in order, from the beginning of the log. */
  readonly entries: Iterable<JournalEntry> | AsyncIterable<JournalEntry>
  /** Committed records of one partition, both offsets inclusive, in order. */
  fetch(topic: string, partition: number, fromOffset: number, toOffset: number): Promise<readonly TaskInput[]>
  /** Learns a schema; false = no registry knows it. */
  learn(topic: string, schemaId: number): Promise<boolean>
  /** Answers a question as it was answered then. */
  answer(asked: TaskQuestion): Promise<unknown>
}

export interface ReplayOptions {
  readonly subTopology: SubTopology
  readonly partition: number
  readonly devicePartitions: number
  readonly codecs: CodecSource
}

/** One transaction as it was journalled, and what it comes to now. */
export interface ReplayedTransaction {
  readonly entry: JournalEntry
  readonly effects: TaskEffects
}

/** The journal does not fit what it is replayed on. */
export class ReplayError extends Error {}

/** Replays from empty stores and tables. Throws ReplayError, and HandlerError where today's code fails. */
export async function* replayTask(options: ReplayOptions, source: ReplaySource): AsyncGenerator<ReplayedTransaction> {
  const task = createTask(options.subTopology, options.partition, options)
  let open: readonly TaskQuestion[] = []
  for await (const entry of source.entries) {
    if (entry.task !== task.id) throw new ReplayError(`the journal entry is of task ${entry.task}, not of ${task.id}`)
    task.begin(entry.nowMs)
    for (const step of entry.steps) open = await replayStep(task, step, open, source)
    const effects = task.finish()
    open = [...open, ...effects.questions]
    yield { entry, effects }
  }
}

/** Takes one step; returns the questions still open. */
async function replayStep(
  task: Task,
  step: JournalStep,
  open: readonly TaskQuestion[],
  source: ReplaySource,
): Promise<readonly TaskQuestion[]> {
  switch (step.kind) {
    case 'input':
      for (const input of await source.fetch(step.topic, task.partition, step.fromOffset, step.toOffset)) await retake(task, input, source)
      return open
    case 'tick':
      task.tick()
      return open
    case 'work':
      task.work(step.fromOffset)
      return open
    case 'answer': {
      const asked = open.find((question) => answerName(question) === step.topic)
      if (!asked) throw new ReplayError(`${task.id} took an answer to ${step.topic}, which today's code did not ask`)
      task.answer(asked, await source.answer(asked))
      return open.filter((question) => question !== asked)
    }
  }
}

/** Takes a record as the task did then: what it could not read, an operator had skipped or no registry had known. */
async function retake(task: Task, input: TaskInput, source: ReplaySource): Promise<void> {
  try {
    task.take(input)
  } catch (error) {
    if (error instanceof PoisonError) task.refuse(input, 'skipped', SKIPPED)
    else if (!(error instanceof UnlearnedSchemaError)) throw error
    else if (await source.learn(input.topic, error.schemaId)) await retake(task, input, source)
    else task.refuse(input, 'unknownSchema', unknownSchemaDetail(error.schemaId))
  }
}
