/**
 * Runs a topology in memory, through the real bytes, with a clock that the test moves.
 *
 * The same declaration runs in production. Each sub-topology is one process with one task per partition; a task takes up to
 * `maxRecordsPerTransaction` records, and its outputs, offsets and journal become visible together when the transaction commits.
 * A test sends what the edges would write, lets everything run to a fixed point, moves the clock, and reads topics:
 *
 *     const driver = createDriver(topology, { startMs, devicePartitions: 2 })
 *     driver.send(enrollmentChanges, change)
 *     driver.run()                        // inputs, passes and answers, until nothing is left to do
 *     driver.advanceTo(startMs + 60_000)  // one tick for every task, then run()
 *     driver.read(enrollmentVerdicts)
 */
import { changelogTopics } from '../../processors/runtime/changelog.ts'
import type { CodecSource } from '../../processors/runtime/codec-source.ts'
import type { Topology } from '../../processors/runtime/define.ts'
import { topicsOf } from '../../processors/runtime/ports.ts'
import type { TaskQuestion } from '../../processors/runtime/task-contract.ts'
import { rejectedRecords, runtimeJournal } from '../../topics/catalogue.ts'
import type { AnyTopic, Topic } from '../../topics/define.ts'
import { type CrashOptions, createRandom, planCrashes } from './chaos.ts'
import { createTestCodecs } from './codecs.ts'
import { printHistory } from './history.ts'
import { createMemoryLog, type LoggedRecord, type MemoryLog } from './memory-log.ts'
import { createRunner, type Runner } from './runner.ts'
import { createSending, edgeRecord, type SendingOptions, type SendOptions } from './sending.ts'
import { createTransactions, type Transactions } from './transactions.ts'

/** Answers questions by `processor.name`; undefined leaves one open. */
export type Answers = Readonly<Record<string, (question: never) => unknown>>

export interface DriverOptions extends CrashOptions, SendingOptions {
  /** The clock's first time, epoch ms UTC. */
  readonly startMs: number
  /** Count of the partitions of device-keyed topics; default 2. */
  readonly devicePartitions?: number
  readonly answers?: Answers
  /** Default 100. */
  readonly maxRecordsPerTransaction?: number
  /** Units of a long pass per transaction; default 100. */
  readonly workBudget?: number
  /** Compacted topics are compacted at every crash, so that a restore sees only the newest record of each key. */
  readonly compactOnCrash?: boolean
  /** Whether transactions leave gaps in the offsets, as Kafka's markers do; default true. */
  readonly markers?: boolean
  readonly codeVersion?: string
}

/** A record as a test reads it. */
export interface DriverRecord<T> {
  readonly key: string
  /** null = deleted. */
  readonly value: T | null
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly causation: string
}

export interface Driver {
  /** Writes as an edge does, at the next `run`. Throws an Error naming the field when the value does not fit the schema. */
  send<T>(topic: Topic<T>, value: T, options?: SendOptions): void
  /** Writes bytes that need not be readable; null deletes the key. */
  sendBytes(topic: AnyTopic, data: Buffer | null, options?: SendOptions): void
  /** Runs to a fixed point. Throws what a handler throws, and PoisonError; the process is then as after a crash. */
  run(): void
  /** Runs, moves the clock, gives every task one tick, and runs again. With `everyMs`, ticks as often as that on the way. */
  advanceTo(ms: number, everyMs?: number): void
  nowMs(): number
  /** Sets the record at topic-partition-offset aside when a task comes to it, as `drover skip` does. */
  skip(coordinates: string): void
  /** All records of a topic in the order written. */
  read<T>(topic: Topic<T>): readonly DriverRecord<T>[]
  /** A store of one task, as its changelog has it. */
  store<V>(processor: string, store: string, partition?: number): ReadonlyMap<string, V>
  /** Questions without an answer so far. */
  unanswered(): readonly TaskQuestion[]
  /** The log as JSON lines, in the order written; without changelogs and journal unless `internal`. */
  history(options?: { readonly internal?: boolean }): string
  /** Records of one partition as a task takes them, both offsets inclusive. */
  inputs(topic: string, partition: number, fromOffset: number, toOffset: number): readonly LoggedRecord[]
  /** Committed transactions so far. */
  transactions(): number
  readonly codecs: CodecSource
  readonly devicePartitions: number
}

/** All that the parts of a driver share. */
interface World {
  readonly log: MemoryLog
  readonly codecs: CodecSource
  readonly topics: Map<string, AnyTopic>
  readonly transactions: Transactions
  declare(topic: AnyTopic): void
}

function createWorld(topology: Topology, options: DriverOptions, devicePartitions: number): World {
  const codecs = createTestCodecs()
  const log = createMemoryLog(devicePartitions)
  const topics = new Map<string, AnyTopic>()
  const declare = (topic: AnyTopic): void => {
    topics.set(topic.name, topic)
    log.declare(topic)
  }
  const internal = [rejectedRecords, runtimeJournal, ...topology.subTopologies.flatMap(changelogTopics)]
  for (const topic of [...topicsOf(topology), ...internal]) declare(topic)
  const transactions = createTransactions(
    topology.subTopologies,
    { log, codecs, devicePartitions },
    {
      codeVersion: options.codeVersion ?? 'test',
      journalCodec: codecs.codecOf(runtimeJournal.name, runtimeJournal.schema),
      markers: options.markers ?? true,
      compactOnCrash: options.compactOnCrash ?? false,
      nextCrash: planCrashes(options),
    },
  )
  return { log, codecs, topics, transactions, declare }
}

function createWorldRunner({ log, transactions }: World, options: DriverOptions): Runner {
  return createRunner({
    log,
    transactions,
    answers: options.answers ?? {},
    maxRecordsPerTransaction: options.maxRecordsPerTransaction ?? 100,
    workBudget: options.workBudget ?? 100,
    random: options.shuffleUnrelatedKeys === undefined ? null : createRandom(options.shuffleUnrelatedKeys),
  })
}

export function createDriver(topology: Topology, options: DriverOptions): Driver {
  const devicePartitions = options.devicePartitions ?? 2
  const world = createWorld(topology, options, devicePartitions)
  const { codecs, transactions } = world
  const runner = createWorldRunner(world, options)
  const sending = createSending(options)
  let nowMs = options.startMs

  function run(): void {
    for (const record of sending.drain()) world.log.append(record)
    runner.settle(nowMs)
  }

  function advanceTo(ms: number, everyMs = Number.POSITIVE_INFINITY): void {
    if (ms < nowMs) throw new Error(`the clock shows ${nowMs}; it cannot go back to ${ms}`)
    run()
    do {
      nowMs = Math.min(ms, nowMs + everyMs)
      runner.tick(nowMs)
      run()
    } while (nowMs < ms)
  }

  function write(topic: AnyTopic, data: Buffer | null, key: string | null, at: SendOptions): void {
    world.declare(topic)
    sending.add(edgeRecord(topic, data, key, nowMs, at))
  }

  return {
    send: (topic, value, at = {}) => write(topic, codecs.codecOf(topic.name, topic.schema).encode(value), at.key ?? topic.key(value), at),
    sendBytes: (topic, data, at = {}) => write(topic, data, at.key ?? null, at),
    run,
    advanceTo,
    nowMs: () => nowMs,
    skip: runner.skip,
    ...viewsOf(world),
    unanswered: () => transactions.hosts().flatMap((host) => host.questions),
    transactions: transactions.count,
    codecs,
    devicePartitions,
  }
}

function viewsOf({ log, topics, codecs }: World): Pick<Driver, 'read' | 'store' | 'history' | 'inputs'> {
  function decode<T>(topic: Topic<T>, record: LoggedRecord): DriverRecord<T> {
    const { sequence: _, ...rest } = record
    const value = record.value && codecs.codecOf(topic.name, topic.schema).decode(record.value)
    return { ...rest, key: String(record.key ?? ''), value }
  }
  const isInternal = (topic: string): boolean => topic.startsWith('state.') || topic === runtimeJournal.name
  return {
    read: (topic) =>
      log
        .all()
        .filter((record) => record.topic === topic.name)
        .map((record) => decode(topic, record)),
    store<V>(processor: string, store: string, partition = 0) {
      const topic = topics.get(`state.${processor}.${store}.v1`)
      if (!topic) throw new Error(`${processor} has no store ${store}`)
      const values = new Map<string, V>()
      for (const { key, value } of log.from(topic.name, partition, 0).map((record) => decode(topic, record)))
        if (value === null) values.delete(key)
        else values.set(key, value as V)
      return values
    },
    history: ({ internal = false } = {}) =>
      printHistory(
        log.all().filter((record) => internal || !isInternal(record.topic)),
        topics,
        codecs,
      ),
    inputs: (topic, partition, fromOffset, toOffset) =>
      log.from(topic, partition, fromOffset).filter((record) => record.offset <= toOffset),
  }
}
