/** Puts the questions of tasks to the outside world, between transactions. */

import type { SubTopology } from '../define.ts'
import { answerName } from '../steps.ts'
import type { TaskQuestion } from '../task-contract.ts'
import { SetupError } from './faults.ts'
import type { Member } from './member.ts'
import type { Slot } from './slot.ts'

/** Where the task stood when it asked. */
export interface AskedBy {
  readonly task: string
  readonly partition: number
  /** The group's next offset of an input topic, after the transaction that asked. */
  committed(topic: string): number | undefined
}

export type Answerer = (question: never, askedBy: AskedBy) => Promise<unknown>

/** By `<processor>.<question>`. */
export type Answers = Readonly<Record<string, Answerer>>

const nameOf = ({ processor, name }: TaskQuestion): string => `${processor}.${name}`

/** Throws SetupError when a question that a processor may ask has nobody to answer it. */
export function checkAnswers({ processors }: SubTopology, answers: Answers): void {
  const missing = processors
    .flatMap((processor) => Object.keys(processor.questions).map((name) => nameOf({ processor: processor.name, name, question: null })))
    .filter((name) => !answers[name])
  if (missing.length > 0) throw new SetupError(`nobody answers ${missing.join(', ')}: pass them in \`answers\``)
}

/**
 * Asks once the transaction that asked is committed. The answer is dropped if the task is no longer the one that asked. What is asked again while it is
 * being answered is not put twice: whoever is slow to answer would only become slower.
 */
export function ask(member: Member, slot: Slot, questions: readonly TaskQuestion[]): void {
  const { asking } = slot
  for (const asked of questions) {
    const name = answerName(asked)
    if (asking.has(name)) continue
    asking.add(name)
    void askOne(member, slot, asked).finally(() => asking.delete(name))
  }
}

async function askOne(member: Member, slot: Slot, asked: TaskQuestion): Promise<void> {
  const { answers, events } = member.setup
  const { task } = slot
  const offsets = new Map(slot.lanes.map((lane) => [lane.topic, lane.committed()]))
  const askedBy: AskedBy = { task: task.id, partition: slot.partition, committed: (topic) => offsets.get(topic) }
  try {
    const answer = await answers[nameOf(asked)]?.(asked.question as never, askedBy)
    if (slot.task !== task) return
    slot.answers.push({ asked, answer })
    member.wake.wake()
  } catch (error) {
    events.answerFailed?.({ task: task.id, question: nameOf(asked), message: error instanceof Error ? error.message : String(error) })
  }
}
