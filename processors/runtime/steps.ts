/** Notes the steps of a transaction as the journal keeps them: short, and in the order taken. */
import type { JournalStep } from '../../schemas/runtime.ts'
import { hashId } from '../../topics/ids.ts'
import type { TaskQuestion } from './task-contract.ts'

type Noted = { -readonly [K in keyof JournalStep]: JournalStep[K] }

/** How a journal step names an answer: the question's processor and name, and a hash of what was asked. */
export const answerName = (asked: TaskQuestion): string => `${asked.processor}.${asked.name}#${hashId(JSON.stringify(asked.question))}`

/** Collects steps; consecutive inputs of one topic become one range. */
export interface StepNotes {
  begin(): void
  input(topic: string, offset: number): void
  tick(): void
  work(budget: number): void
  answer(asked: TaskQuestion): void
  steps(): readonly JournalStep[]
}

export function createStepNotes(): StepNotes {
  let steps: Noted[] = []
  let last: Noted | null = null

  function push(kind: JournalStep['kind'], topic: string, fromOffset: number, toOffset: number): void {
    last = { kind, topic, fromOffset, toOffset }
    steps.push(last)
  }

  return {
    begin() {
      steps = []
      last = null
    },
    input(topic, offset) {
      if (last?.kind === 'input' && last.topic === topic) last.toOffset = offset
      else push('input', topic, offset, offset)
    },
    tick: () => push('tick', '', 0, 0),
    work: (budget) => push('work', '', budget, 0),
    answer: (asked) => push('answer', answerName(asked), 0, 0),
    steps: () => steps,
  }
}
