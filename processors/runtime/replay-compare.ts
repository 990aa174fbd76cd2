/** Compares what a replay comes to with what the log holds: equal, or the first difference. */
import { rejectedRecords } from '../../topics/catalogue.ts'
import { partitionOf } from '../../topics/partitioner.ts'
import { changelogTopics } from './changelog.ts'
import type { SubTopology } from './define.ts'
import { findDifference } from './difference.ts'
import { portsOf } from './ports.ts'
import { type ReplayedTransaction, type ReplayOptions, type ReplaySource, replayTask } from './replay.ts'
import type { TaskOutput } from './task-contract.ts'

/** An output as the log holds it. */
export interface RecordedOutput {
  readonly key: string
  readonly value: Buffer | null
  readonly timestampMs: number
  readonly causation: string
}

export interface RecordedSource {
  /** The records that this task wrote to one partition, in order: those whose `producer` header names it, and where it is at home (see home.ts) those without one. */
  recorded(topic: string, partition: number): Iterable<RecordedOutput> | AsyncIterable<RecordedOutput>
  /** The readable value of a record, for comparing and for showing. */
  decode(topic: string, value: Buffer): unknown
  partitionsOf(topic: string): number
}

/** Where a replay first came to something else than the log holds. */
export interface ReplayDifference {
  /** Count of the transaction in the journal, from 1. */
  readonly transaction: number
  /** The time that the transaction saw, epoch ms UTC. */
  readonly nowMs: number
  readonly topic: string
  readonly partition: number
  readonly key: string
  /** Which field differs: key, timestampMs, causation, or a path in the value. */
  readonly field: string
  readonly recorded: unknown
  readonly replayed: unknown
}

export type ReplayVerdict =
  | { readonly equal: true; readonly transactions: number; readonly outputs: number }
  | { readonly equal: false; readonly transactions: number; readonly outputs: number; readonly first: ReplayDifference }

type Cursor = AsyncIterator<RecordedOutput> | Iterator<RecordedOutput>

function openCursor(records: Iterable<RecordedOutput> | AsyncIterable<RecordedOutput>): Cursor {
  return Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]()
}

type FieldDifference = Pick<ReplayDifference, 'field' | 'recorded' | 'replayed'>
type PlacedDifference = Omit<ReplayDifference, 'transaction' | 'nowMs'>

function compareOutput(output: TaskOutput, recorded: RecordedOutput, decode: RecordedSource['decode']): FieldDifference | null {
  for (const field of ['key', 'timestampMs', 'causation'] as const) {
    // A cause that is told elsewhere was told by a header once.
    const isTold = field === 'causation' && output.isHome && output.causation === ''
    if (!isTold && output[field] !== recorded[field]) return { field, recorded: recorded[field], replayed: output[field] }
  }
  if (output.value === null || recorded.value === null) {
    if (output.value === recorded.value) return null
    return { field: 'value', recorded: recorded.value, replayed: output.value }
  }
  // Bytes differ also where only the schema has grown since.
  if (output.value.equals(recorded.value)) return null
  return findDifference(decode(output.topic, recorded.value), decode(output.topic, output.value))
}

interface Cursors {
  /** The next record that the task wrote to the partition; undefined = there is none. */
  next(topic: string, partition: number): Promise<RecordedOutput | undefined>
}

function createCursors(source: RecordedSource): Cursors {
  const cursors = new Map<string, Cursor>()
  return {
    async next(topic, partition) {
      const place = `${topic} ${partition}`
      const cursor = cursors.get(place) ?? openCursor(source.recorded(topic, partition))
      cursors.set(place, cursor)
      const next = await cursor.next()
      return next.done ? undefined : next.value
    },
  }
}

async function compareNext(output: TaskOutput, cursors: Cursors, source: RecordedSource): Promise<PlacedDifference | null> {
  const { topic, key, value } = output
  const partition = output.partition ?? partitionOf(key, source.partitionsOf(topic))
  const recorded = await cursors.next(topic, partition)
  const found = recorded
    ? compareOutput(output, recorded, source.decode)
    : { field: 'record', recorded: undefined, replayed: value && source.decode(topic, value) }
  return found && { topic, partition, key, ...found }
}

/** A record that the task wrote then, and today's code does not. */
async function findLeftOver(
  subTopology: SubTopology,
  cursors: Cursors,
  source: RecordedSource,
  isCompared: (topic: string) => boolean,
): Promise<PlacedDifference | null> {
  const outputs = portsOf({ subTopologies: [subTopology] }).filter(({ kind }) => kind === 'output')
  const topics = new Set([...outputs.map(({ topic }) => topic), ...changelogTopics(subTopology), rejectedRecords].map(({ name }) => name))
  for (const topic of [...topics].filter(isCompared)) {
    for (let partition = 0; partition < source.partitionsOf(topic); partition++) {
      const left = await cursors.next(topic, partition)
      if (!left) continue
      const recorded = left.value && source.decode(topic, left.value)
      return { topic, partition, key: left.key, field: 'record', recorded, replayed: undefined }
    }
  }
  return null
}

export interface CompareOptions extends ReplayOptions {
  /** True: the log ends with the journal, so nothing may be left over. Asked at the end where it is a function. */
  readonly complete: boolean | (() => Promise<boolean>)
  /** Differences of transactions before it do not count, epoch ms UTC. */
  readonly fromMs?: number
  /** Whether the outputs to a topic are compared: a compacted one may have lost some of them. Default: all are. */
  readonly isCompared?: (topic: string) => boolean
  readonly onTransaction?: (transaction: ReplayedTransaction) => void
}

/** Replays the task and compares output by output. */
export async function replayAndCompare(options: CompareOptions, source: ReplaySource & RecordedSource): Promise<ReplayVerdict> {
  const { subTopology, complete, fromMs = Number.NEGATIVE_INFINITY, isCompared = () => true, onTransaction = () => {} } = options
  const cursors = createCursors(source)
  let transactions = 0
  let outputs = 0
  let nowMs = 0
  const differ = (found: PlacedDifference): ReplayVerdict => ({
    equal: false,
    transactions,
    outputs,
    first: { transaction: transactions, nowMs, ...found },
  })

  for await (const transaction of replayTask(options, source)) {
    transactions++
    nowMs = transaction.entry.nowMs
    for (const output of transaction.effects.outputs) {
      if (!isCompared(output.topic)) continue
      const found = await compareNext(output, cursors, source)
      if (found && nowMs >= fromMs) return differ(found)
      outputs++
    }
    onTransaction(transaction)
  }
  const isComplete = typeof complete === 'function' ? await complete() : complete
  const left = isComplete ? await findLeftOver(subTopology, cursors, source, isCompared) : null
  return left ? differ(left) : { equal: true, transactions, outputs }
}
