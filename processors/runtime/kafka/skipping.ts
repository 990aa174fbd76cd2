/** Lets operators pass over a record at which a task stopped; both the order to skip and the skipping are facts on `rejected`. */
import type { Rejected } from '../../../schemas/runtime.ts'
import { rejectedRecords } from '../../../topics/catalogue.ts'
import { coordinates } from '../coordinates.ts'
import type { SubTopology } from '../define.ts'
import type { Appended, LogWriter } from '../log.ts'
import type { TaskInput } from '../task-contract.ts'
import { createLogReader } from './log-reader.ts'
import type { Member } from './member.ts'

/** Orders are written after the record was, by Drover's clock; this much is allowed for clocks of several machines. */
const CLOCK_SKEW_MS = 86_400_000

/** Who an order to skip is for, as it stands in `rejectedBy`. */
const orderFor = (subTopology: SubTopology): string => `operator, for ${subTopology.name}`

export interface SkipOrder {
  readonly subTopology: SubTopology
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Who says so, and why. */
  readonly reason: string
  readonly nowMs: number
}

/** Orders a sub-topology to pass over a record. A task that stopped at it goes on within a second; one that comes to it later does not stop. */
export function orderSkip(writer: LogWriter, order: SkipOrder): Promise<Appended> {
  const { topic, partition, offset } = order
  const value: Rejected = {
    topic,
    partition,
    offset,
    place: '',
    reason: 'skipped',
    detail: order.reason,
    rejectedBy: orderFor(order.subTopology),
    key: null,
    value: null,
    atMs: order.nowMs,
  }
  return writer.append(rejectedRecords, value, { partition, timestampMs: order.nowMs })
}

/** Waits for the order to skip `input` and notes it in `member.skips`; false = the assignment ended first. */
export async function awaitSkip(member: Member, input: TaskInput, signal: AbortSignal): Promise<boolean> {
  const { brokers, schemas, subTopology, node } = member.setup
  const reader = createLogReader({ brokers, schemas, name: `drover.${subTopology.name}.skips.${node}` })
  let end: (isSkipped: boolean) => void = () => {}
  const order = new Promise<boolean>((resolve) => {
    end = resolve
  })
  const following = await reader.follow([rejectedRecords], { sinceMs: input.timestampMs - CLOCK_SKEW_MS }, (records) => {
    if (records.some(({ value }) => value !== null && isOrderFor(subTopology, value, input))) end(true)
  })
  if (signal.aborted) end(false)
  signal.addEventListener('abort', () => end(false), { once: true })
  const isSkipped = await order
  await following.stop()
  if (isSkipped) member.skips.add(coordinates(input.topic, input.partition, input.offset))
  return isSkipped
}

const isOrderFor = (subTopology: SubTopology, value: Rejected, { topic, partition, offset }: TaskInput): boolean =>
  value.reason === 'skipped' &&
  value.rejectedBy === orderFor(subTopology) &&
  value.topic === topic &&
  value.partition === partition &&
  value.offset === offset
