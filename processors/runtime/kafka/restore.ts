/** Restores tasks: their stores from the changelogs, their tables up to where the group stands. */
import type { Codec } from '../../../topics/codec.ts'
import { UnlearnedSchemaError } from '../../../topics/codec.ts'
import type { Schemas } from '../../../topics/registry.ts'
import { coordinates } from '../coordinates.ts'
import type { Task } from '../task-contract.ts'
import { type Consumer, call, closeClient, type KafkaError, type Message, openConsumer, queryWatermarks } from './client.ts'
import { learnWriterOf } from './learning.ts'

export interface RestoreParts {
  readonly brokers: string
  readonly group: string
  readonly schemas: Schemas
  readonly codecOf: (topic: string) => Codec<unknown>
  readonly onError: (error: KafkaError) => void
  /** Further settings of the clients. */
  readonly more: Readonly<Record<string, unknown>>
}

/** A task to restore, and the committed next offsets of its tables, without those that the group never read. */
export interface Restoration {
  readonly task: Task
  readonly committed: ReadonlyMap<string, number>
}

/** One partition to read, up to but without `end`. */
interface Reach {
  readonly task: Task
  readonly topic: string
  readonly from: number
  readonly end: number
}

/** A record of a changelog or table cannot be loaded; its task cannot run. */
export class RestoreFault extends Error {
  readonly task: Task
  readonly coordinates: string
  constructor(task: Task, place: string, cause: unknown) {
    super(`${place} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.task = task
    this.coordinates = place
  }
}

const nameOf = (topic: string, partition: number): string => `${topic} ${partition}`
const BATCH = 2_000
const POLL_MS = 50

/** Resolves with the count of records read, when everything is loaded. Throws RestoreFault; aborting `signal` makes it throw, too. */
export async function restore(restorations: readonly Restoration[], parts: RestoreParts, signal: AbortSignal): Promise<number> {
  const reaches = await findReaches(restorations, parts)
  if (reaches.length === 0) return 0
  signal.throwIfAborted()
  const more = {
    ...parts.more,
    'enable.partition.eof': true,
    'fetch.wait.max.ms': 10,
    'queued.min.messages': 20_000,
    'queued.max.messages.kbytes': 32_768,
  }
  const consumer = await openConsumer({ ...parts, group: `${parts.group}.restore`, isolation: 'read_committed', more })
  try {
    return await readAll(consumer, reaches, parts, signal)
  } finally {
    await closeClient(consumer)
  }
}

/**
 * Changelogs are read up to the high watermark, which only a read_uncommitted client is told, and which is taken after the
 * committed offsets: a predecessor's markers may still be on the way, and the last stable offset would stop short of them.
 */
async function findReaches(restorations: readonly Restoration[], parts: RestoreParts): Promise<readonly Reach[]> {
  const consumer = await openConsumer({ ...parts, group: `${parts.group}.restore`, isolation: 'read_uncommitted' })
  const find = async (task: Task, topic: string, committed?: number): Promise<Reach> => {
    const { low, high } = await queryWatermarks(consumer, { topic, partition: task.partition })
    return { task, topic, from: low, end: committed ?? high }
  }
  try {
    const reaches = await Promise.all(
      restorations.flatMap(({ task, committed }) => [
        ...task.changelogs.map((topic) => find(task, topic)),
        ...task.tableTopics.flatMap((topic) => {
          const offset = committed.get(topic)
          return offset === undefined ? [] : [find(task, topic, offset)]
        }),
      ]),
    )
    return reaches.filter(({ from, end }) => from < end)
  } finally {
    await closeClient(consumer)
  }
}

/** A partition is done when the position reaches its end: by a record, or past markers and aborted records by an end-of-partition that lies there. */
async function readAll(consumer: Consumer, reaches: readonly Reach[], parts: RestoreParts, signal: AbortSignal): Promise<number> {
  const open = new Map(reaches.map((reach) => [nameOf(reach.topic, reach.task.partition), reach]))
  const reached = (topic: string, partition: number, position: number): void => {
    const name = nameOf(topic, partition)
    if (position < (open.get(name)?.end ?? Number.POSITIVE_INFINITY)) return
    open.delete(name)
    consumer.pause([{ topic, partition }])
  }
  // The client tells of these before it hands over the records that came with them.
  let ends: { topic: string; partition: number; offset: number }[] = []
  consumer.on('partition.eof', (end) => ends.push(end))
  consumer.setDefaultConsumeTimeout(POLL_MS)
  consumer.assign(reaches.map(({ topic, task, from }) => ({ topic, partition: task.partition, offset: from })))
  let count = 0
  while (open.size > 0) {
    const messages = await call<Message[]>((done) => consumer.consume(BATCH, done as (error: unknown, messages: Message[]) => void))
    signal.throwIfAborted()
    for (const message of messages) {
      const { topic, partition, offset } = message
      const reach = open.get(nameOf(topic, partition))
      if (!reach) continue
      if (offset < reach.end && !load(reach.task, message)) await loadAfterLearning(reach.task, message, parts)
      count++
      reached(topic, partition, offset + 1)
    }
    for (const { topic, partition, offset } of ends) reached(topic, partition, offset)
    ends = []
  }
  return count
}

/** False = the record's schema has to be learned first. */
function load(task: Task, { topic, partition, key, value, offset }: Message): boolean {
  try {
    task.load(topic, String(key ?? ''), value, offset)
    return true
  } catch (error) {
    if (error instanceof UnlearnedSchemaError) return false
    throw new RestoreFault(task, coordinates(topic, partition, offset), error)
  }
}

async function loadAfterLearning(task: Task, message: Message, { schemas, codecOf }: RestoreParts): Promise<void> {
  const { topic, partition, key, value, offset } = message
  try {
    await learnWriterOf(value as Buffer, codecOf(topic), schemas)
    task.load(topic, String(key ?? ''), value, offset)
  } catch (error) {
    throw new RestoreFault(task, coordinates(topic, partition, offset), error)
  }
}
