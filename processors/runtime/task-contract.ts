/** The seam between a task, which knows no Kafka, and its hosts: the Kafka runtime, the in-memory driver and replay. */
import type { JournalStep } from '../../schemas/runtime.ts'

/** A record as the host took it from the log. */
export interface TaskInput {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** A record that the host has to write in the same transaction. `partition` null = murmur2 of the key. */
export interface TaskOutput {
  readonly topic: string
  readonly partition: number | null
  readonly key: string
  readonly value: Buffer | null
  readonly timestampMs: number
  /** Coordinates of the input it was derived from: topic-partition-offset; empty = a tick, or told by the value or by another record of the transaction. */
  readonly causation: string
  /** The partition tells which task wrote it (see home.ts), so that no header has to: handing headers over costs more than the record itself. */
  readonly isHome: boolean
}

/** A question for the outside world, and where its answer goes. */
export interface TaskQuestion {
  readonly processor: string
  readonly name: string
  readonly question: unknown
}

/** What one transaction of a task comes to. */
export interface TaskEffects {
  readonly outputs: readonly TaskOutput[]
  readonly questions: readonly TaskQuestion[]
  readonly steps: readonly JournalStep[]
}

/** One partition number of one sub-topology, with its stores and tables in memory. */
export interface Task {
  readonly id: string
  readonly partition: number
  /** Topics to restore before processing: changelogs of its stores, and its tables. */
  readonly changelogs: readonly string[]
  readonly tableTopics: readonly string[]
  /** Topics to consume: inputs and tables. */
  readonly inputTopics: readonly string[]
  readonly urgentTopics: ReadonlySet<string>
  /** Takes a record while restoring; runs no handler. */
  load(topic: string, key: string, value: Buffer | null, offset: number): void
  /** Starts a transaction's worth of steps; every handler until `finish` sees nowMs. */
  begin(nowMs: number): void
  /** Runs the handlers of one record. Unreadable ones become `rejected` outputs; a poison of our own throws. Throws UnlearnedSchemaError before any effect. */
  take(input: TaskInput): void
  /** Puts a record aside that the host could not prepare: its schema is unknown or misfits, or an operator skips it. On topics of our own all but `skipped` throws PoisonError. */
  refuse(input: TaskInput, reason: 'unknownSchema' | 'schemaMismatch' | 'skipped', detail: string): void
  tick(): void
  /** Works on long passes; returns whether there is more. */
  work(budget: number): boolean
  answer(asked: TaskQuestion, answer: unknown): void
  /** Effects since `begin`: outputs, one changelog record per changed key, and the journal steps. */
  finish(): TaskEffects
}
