/** Holds one task of this process: the task itself, its lanes, and whether it may run. */
import type { Task, TaskInput, TaskQuestion } from '../task-contract.ts'
import { createLane, type Lane } from './lane.ts'

/** An answer from outside that waits to be taken. */
export interface Answer {
  readonly asked: TaskQuestion
  readonly answer: unknown
}

export type SlotState =
  /** Its stores and tables are being read. */
  | 'restoring'
  | 'ready'
  /** A fault stopped it; its offsets stay where they are. */
  | 'stopped'

export interface Slot {
  readonly partition: number
  readonly lanes: readonly Lane[]
  readonly urgent: readonly Lane[]
  readonly ordinary: readonly Lane[]
  state: SlotState
  /** Replaced by an empty one whenever what it holds may differ from what is committed. */
  task: Task
  answers: Answer[]
  /** Questions of the task that are being answered. */
  asking: Set<string>
  /** Whether `work` may find something to do. */
  mayWork: boolean
}

/** A slot whose task is empty and has to be restored. */
export function createSlot(task: Task): Slot {
  const lanes = task.inputTopics.map((topic) => createLane(topic, task.partition))
  return {
    partition: task.partition,
    lanes,
    urgent: lanes.filter(({ topic }) => task.urgentTopics.has(topic)),
    ordinary: lanes.filter(({ topic }) => !task.urgentTopics.has(topic)),
    state: 'restoring',
    task,
    answers: [],
    asking: new Set(),
    mayWork: true,
  }
}

/** Goes back to what is committed, with an empty task that has to be restored. */
export function resetSlot(slot: Slot, task: Task): void {
  slot.task = task
  slot.state = 'restoring'
  slot.answers = []
  slot.asking = new Set()
  slot.mayWork = true
  for (const lane of slot.lanes) lane.rollBack()
}

/** The lane to take from next: urgent ones first, else the one whose next record was received first. */
export function nextLane(slot: Slot): Lane | undefined {
  for (const lane of slot.urgent) if (lane.peek()) return lane
  let next: Lane | undefined
  let earliestMs = Number.POSITIVE_INFINITY
  for (const lane of slot.ordinary) {
    const record: TaskInput | undefined = lane.peek()
    if (!record || record.timestampMs >= earliestMs) continue
    earliestMs = record.timestampMs
    next = lane
  }
  return next
}
