/** Compares what a replay comes to with what the log holds: equal, or the first difference. */
import { rejectedRecords } from '../../topics/catalogue.ts'
import { partitionOf } from '../../topics/partitioner.ts'
import { changelogTopics } from './changelog.ts'
import type { SubTopology } from './define.ts'
import { findDifference } from './difference.ts'
import { portsOf } from './ports.ts'
import { type ReplayOptions, type ReplaySource, replayTask } from './replay.ts'
import type { TaskOutput } from './task-contract.ts'

/** An output as the log holds it. */
export interface RecordedOutput {
  readonly key: string
  readonly value: Buffer | null
  readonly timestampMs: number
  readonly causation: string
}

export interface RecordedSource {
  /** The records that this task wrote to one partition, in order: those whose `producer` header names it. */
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
  for (const field of ['key', 'timestampMs', 'causation'] as const)
    if (output[field] !== recorded[field]) return { field, recorded: recorded[field], replayed: output[field] }
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
async function findLeftOver(subTopology: SubTopology, cursors: Cursors, source: RecordedSource): Promise<PlacedDifference | null> {
  const outputs = portsOf({ subTopologies: [subTopology] }).filter(({ kind }) => kind === 'output')
  const topics = new Set([...outputs.map(({ topic }) => topic), ...changelogTopics(subTopology), rejectedRecords].map(({ name }) => name))
  for (const topic of topics) {
    for (let partition = 0; partition < source.partitionsOf(topic); partition++) {
      const left = await cursors.next(topic, partition)
      if (!left) continue
      const recorded = left.value && source.decode(topic, left.value)
      return { topic, partition, key: left.key, field: 'record', recorded, replayed: undefined }
    }
  }
  return null
}

/** Replays the task and compares output by output. `complete`: the log ends with the journal, so nothing may be left over. */
export async function replayAndCompare(
  options: ReplayOptions & { readonly complete: boolean },
  source: ReplaySource & RecordedSource,
): Promise<ReplayVerdict> {
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

  for await (const { entry, effects } of replayTask(options, source)) {
    transactions++
    nowMs = entry.nowMs
    for (const output of effects.outputs) {
      const found = await compareNext(output, cursors, source)
      if (found) return differ(found)
      outputs++
    }
  }
  const left = options.complete ? await findLeftOver(options.subTopology, cursors, source) : null
  return left ? differ(left) : { equal: true, transactions, outputs }
}
