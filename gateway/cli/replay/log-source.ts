/** Gives a replay what the log on Kafka holds: the journal, the inputs that it names, and the outputs that were recorded. */
import type { WrittenRecord } from '../../../processors/runtime/home.ts'
import type { Message } from '../../../processors/runtime/kafka/client.ts'
import { learnWriterOf } from '../../../processors/runtime/kafka/learning.ts'
import type { Codecs } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import type { ReplaySource } from '../../../processors/runtime/replay.ts'
import type { RecordedSource } from '../../../processors/runtime/replay-compare.ts'
import type { TaskQuestion } from '../../../processors/runtime/task-contract.ts'
import type { JournalEntry } from '../../../schemas/runtime.ts'
import { runtimeJournal } from '../../../topics/catalogue.ts'
import { type Schemas, UnknownSchemaError } from '../../../topics/registry.ts'
import { headerOf } from '../log/placed.ts'
import type { RawLog } from '../log/raw-log.ts'
import { createPartitionReader, type PartitionReader } from './partition-reader.ts'

export interface LogSourceOptions {
  readonly log: RawLog
  readonly schemas: Schemas
  readonly codecs: Codecs
  readonly taskId: string
  readonly partition: number
  /** Whether the task wrote a record. */
  readonly isOwn: (record: WrittenRecord) => boolean
  /** Entries after it are left out, epoch ms UTC. */
  readonly toMs: number
  readonly counts: ReadonlyMap<string, number>
  readonly answer: (asked: TaskQuestion) => Promise<unknown>
  /** Told how much of the journal is done. */
  readonly onEntry: (share: number) => void
}

function createReaders(log: RawLog): (topic: string, partition: number) => PartitionReader {
  const readers = new Map<string, PartitionReader>()
  return (topic, partition) => {
    const name = `${topic} ${partition}`
    const reader = readers.get(name) ?? createPartitionReader(log, topic, partition)
    readers.set(name, reader)
    return reader
  }
}

/** Learns each schema at the first record that was written with it. */
function createLearner({ schemas, codecs }: LogSourceOptions): (message: Message) => Promise<void> {
  const learned = new Set<string>()
  return async ({ topic, value }) => {
    if (value === null || value.length < 5) return
    const schema = `${topic} ${value.readInt32BE(1)}`
    if (learned.has(schema)) return
    learned.add(schema)
    await learnWriterOf(value, codecs.of(topic), schemas)
  }
}

const inputOf = ({ topic, partition, offset, timestamp, key, value }: Message) => ({
  topic,
  partition,
  offset,
  timestampMs: timestamp ?? 0,
  key: key === undefined || key === null ? null : Buffer.from(key as Buffer | string),
  value,
})

/** Outputs and inputs are read by readers of their own, since a task may read what it wrote. */
export function createLogSource(options: LogSourceOptions): ReplaySource & RecordedSource {
  const { log, schemas, codecs, taskId, partition, isOwn, toMs, counts, answer, onEntry } = options
  const inputs = createReaders(log)
  const outputs = createReaders(log)
  const learn = createLearner(options)
  const journal = createPartitionReader(log, runtimeJournal.name, partition)

  async function* entries(): AsyncGenerator<JournalEntry> {
    const end = await journal.end()
    for await (const message of journal.all()) {
      if (String(message.key ?? '') !== taskId || message.value === null) continue
      await learn(message)
      const entry = codecs.of(runtimeJournal.name).decode(message.value) as JournalEntry
      if (entry.nowMs > toMs) return
      onEntry(message.offset / end)
      yield entry
    }
  }

  return {
    entries: entries(),
    fetch: async (topic, place, from, to) => (await inputs(topic, place).range(from, to)).map(inputOf),
    async learn(topic, schemaId) {
      try {
        await schemas.learnUnknown(codecs.of(topic), schemaId)
        return true
      } catch (error) {
        if (error instanceof UnknownSchemaError) return false
        throw error
      }
    },
    answer,
    async *recorded(topic, place) {
      for await (const message of outputs(topic, place).all()) {
        if (!isOwn({ topic, partition: place, producer: headerOf(message, 'producer') })) continue
        await learn(message)
        const { value, timestamp } = message
        yield { key: String(message.key ?? ''), value, timestampMs: timestamp ?? 0, causation: headerOf(message, 'causation') }
      }
    },
    decode: (topic, value) => codecs.of(topic).decode(value),
    partitionsOf: (topic) => counts.get(topic) ?? 0,
  }
}
