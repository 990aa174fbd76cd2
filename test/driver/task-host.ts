/** Holds one task as the Kafka runtime would: restores it, keeps its positions, and picks its next input. */
import type { CodecSource } from '../../processors/runtime/codec-source.ts'
import type { SubTopology } from '../../processors/runtime/define.ts'
import { createTask } from '../../processors/runtime/task.ts'
import type { Task, TaskQuestion } from '../../processors/runtime/task-contract.ts'
import type { LoggedRecord, MemoryLog } from './memory-log.ts'

/** A task in memory. Everything here is lost in a crash. */
export interface TaskHost {
  readonly subTopology: SubTopology
  readonly task: Task
  /** Next offset to take, by topic. */
  readonly positions: Map<string, number>
  /** Asked and not answered yet. */
  questions: TaskQuestion[]
  /** Whether `work` may find something to do. */
  mayWork: boolean
}

/** Next offsets by `topic`, as a consumer group keeps them for one partition number. */
export type Committed = ReadonlyMap<string, number>

export interface RestoreParts {
  readonly log: MemoryLog
  readonly codecs: CodecSource
  readonly devicePartitions: number
}

/** Makes the task anew: stores from their whole changelogs, tables up to the committed offset; what follows is input. */
export function restoreTask(subTopology: SubTopology, partition: number, committed: Committed, parts: RestoreParts): TaskHost {
  const { log, codecs, devicePartitions } = parts
  const task = createTask(subTopology, partition, { devicePartitions, codecs })
  const load = (topic: string, endOffset: number): void => {
    for (const record of log.from(topic, partition, 0))
      if (record.offset < endOffset) task.load(topic, String(record.key ?? ''), record.value, record.offset)
  }
  for (const topic of task.changelogs) load(topic, log.endOffset(topic, partition))
  for (const topic of task.tableTopics) load(topic, committed.get(topic) ?? 0)
  const positions = new Map(task.inputTopics.map((topic) => [topic, committed.get(topic) ?? 0]))
  return { subTopology, task, positions, questions: [], mayWork: true }
}

/** The next record for a task: urgent topics first, else the one written first. */
export function nextInput({ task, positions }: TaskHost, log: MemoryLog): LoggedRecord | undefined {
  let best: LoggedRecord | undefined
  let bestUrgent = false
  for (const [topic, position] of positions) {
    const record = log.next(topic, task.partition, position)
    if (!record) continue
    const urgent = task.urgentTopics.has(topic)
    if (!best || (urgent && !bestUrgent) || (urgent === bestUrgent && record.sequence < best.sequence)) {
      best = record
      bestUrgent = urgent
    }
  }
  return best
}
