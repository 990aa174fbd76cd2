/** Keeps the records of one input partition from their arrival until they are committed. */
import type { TaskInput } from '../task-contract.ts'

/** A lane holds more than this only if its records came in one batch: its partition is then paused. */
const FULL_RECORDS = 4_000
const FULL_BYTES = 8 * 1024 * 1024

export interface Lane {
  readonly topic: string
  readonly partition: number
  /** Next offset to take. */
  position(): number
  /** Next offset as the group has it; where taking starts again after an abort. */
  committed(): number
  /** Says where the group stands, before the first record is taken. */
  startAt(offset: number): void
  /** Takes in a fetched record. One that came before is ignored. */
  push(record: TaskInput): void
  /** The next record, without taking it. */
  peek(): TaskInput | undefined
  take(): void
  /** Everything before `offset` is committed and may be forgotten. */
  commitTo(offset: number): void
  /** What was taken and not committed will be taken again. */
  rollBack(): void
  /** Whether the partition should be fetched no further for now. */
  isFull(): boolean
  /** Whether there is room for more than trickles. */
  hasRoom(): boolean
  /** Set by whoever pauses the partition. */
  isPaused: boolean
}

const sizeOf = ({ key, value }: TaskInput): number => (key?.length ?? 0) + (value?.length ?? 0) + 64

export function createLane(topic: string, partition: number): Lane {
  let records: TaskInput[] = []
  let taken = 0
  let bytes = 0
  let committed = -1
  let position = -1
  let arrived = -1

  function drop(count: number): void {
    for (let i = 0; i < count; i++) bytes -= sizeOf(records[i] as TaskInput)
    records = records.slice(count)
    taken = Math.max(0, taken - count)
  }

  function commitTo(offset: number): void {
    committed = offset
    let count = 0
    while (count < records.length && (records[count] as TaskInput).offset < offset) count++
    if (count > 0) drop(count)
  }

  return {
    topic,
    partition,
    position: () => position,
    committed: () => committed,
    startAt(offset) {
      commitTo(offset)
      position = offset
    },
    push(record) {
      if (record.offset <= arrived || record.offset < committed) return
      arrived = record.offset
      records.push(record)
      bytes += sizeOf(record)
    },
    peek: () => records[taken],
    take() {
      position = (records[taken] as TaskInput).offset + 1
      taken++
    },
    commitTo,
    rollBack() {
      taken = 0
      position = committed
    },
    isFull: () => records.length > FULL_RECORDS || bytes > FULL_BYTES,
    hasRoom: () => records.length < FULL_RECORDS / 2 && bytes < FULL_BYTES / 2,
    isPaused: false,
  }
}
