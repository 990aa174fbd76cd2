/** How a processor is declared: its ports, stores and handlers, as a value that production, tests and replay all run. */
import type { RecordSchema } from '../../schemas/avro.ts'
import type { AnyTopic, Topic } from '../../topics/define.ts'

type ValueOf<T> = T extends Topic<infer V> ? V : never
type Ports = Readonly<Record<string, AnyTopic>>

/** A record as a handler sees it. */
export interface Received<T> {
  readonly key: string
  /** null = the key was deleted (compacted topics). */
  readonly value: T | null
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Drover's time of receipt, epoch ms UTC. */
  readonly timestampMs: number
}

/** A keyed store of one task, kept on a compacted changelog in the same transaction. */
export interface Store<V> {
  get(key: string): V | undefined
  put(key: string, value: V): void
  delete(key: string): void
  /** Entries in ascending key order after `after` (exclusive; undefined = from the start), at most `limit`. */
  entries(after?: string, limit?: number): readonly (readonly [string, V])[]
  readonly size: number
}

/** A joined table of one task: the newest value of each key of a compacted topic. */
export interface Table<V> {
  get(key: string): V | undefined
  /** Keys whose value has `term` in its index, ascending, after `after` (exclusive), at most `limit`. */
  indexed(term: string, after: string | undefined, limit: number): readonly string[]
  readonly size: number
}

/** Declares a store; its changelog is `state.<processor>.<store>`. */
export interface StoreDefinition<V> {
  readonly schema: RecordSchema<V>
}

/** Declares a joined table: restored to the group's committed offset, then an input like any other. */
export interface TableDefinition<V> {
  readonly topic: Topic<V>
  /** Terms under which a key is found by `Table.indexed`. */
  readonly indexBy?: (value: V) => readonly string[]
  /** Gives parts that many values have alike one identity, so that they are held once; returns an equal value. */
  readonly intern?: (value: V) => V
}

/** Declares a question to the outside world, answered between transactions. */
export interface QuestionDefinition<Question, Answer> {
  readonly phantom?: { readonly question: Question; readonly answer: Answer }
}

/** Where an emitted record goes, when not by its key. */
export interface EmitOptions {
  /** Required for topics with explicit placement. */
  readonly partition?: number
  readonly key?: string
  /**
   * Coordinates of the true cause (topic-partition-offset), where a pass works on what an earlier record asked for; default: the present
   * input. Empty: the value tells the cause, or another record of the transaction does, and the header is saved.
   */
  readonly causation?: string
}

type StoresOf<S> = {
  readonly [K in keyof S]: S[K] extends StoreDefinition<infer V> ? Store<V> : never
}
type TablesOf<T> = {
  readonly [K in keyof T]: T[K] extends TableDefinition<infer V> ? Table<V> : never
}
type QuestionOf<Q> = Q extends QuestionDefinition<infer Question, unknown> ? Question : never
type AnswerOf<Q> =
  Q extends QuestionDefinition<never, infer Answer> ? Answer : Q extends QuestionDefinition<infer _, infer Answer> ? Answer : never

/** What a handler may see and do. Nothing takes effect before the transaction commits. */
export interface Context<O extends Ports, S, T, Q> {
  /** The time of the transaction, epoch ms UTC; read once and journalled. */
  readonly nowMs: number
  readonly partition: number
  /** Count of the partitions that device-keyed topics have. */
  readonly devicePartitions: number
  readonly stores: StoresOf<S>
  readonly tables: TablesOf<T>
  emit<P extends keyof O & string>(port: P, value: NoInfer<ValueOf<O[P]>>, options?: EmitOptions): void
  /** Deletes a key of a compacted output. */
  emitTombstone<P extends keyof O & string>(port: P, key: string): void
  /** Puts the present input aside on `rejected`, whole. */
  reject(reason: 'invalidValue' | 'unknownDevice' | 'unreadableBody', detail: string, place?: string): void
  /** Asks the outside world; the answer comes to `onAnswer` in a later transaction. Lost on a crash: ask again from a tick. */
  ask<K extends keyof Q & string>(name: K, question: QuestionOf<Q[K]>): void
}

/** A processor: ports, stores, and pure handlers. */
export interface Processor<I extends Ports, O extends Ports, S, T, Q> {
  readonly name: string
  readonly about: string
  /** Topics it consumes. A port whose topic also is a table is declared under `tables` only. */
  readonly inputs: I
  readonly outputs: O
  readonly stores: S
  readonly tables: T
  readonly questions: Q
  /** One handler per input port, and optionally one per table (called after the table took the record). */
  readonly on: {
    readonly [K in keyof I]: (context: Context<O, S, T, Q>, record: Received<ValueOf<I[K]>>) => void
  }
  readonly onTable?: {
    readonly [K in keyof T]?: (
      context: Context<O, S, T, Q>,
      record: Received<T[K] extends TableDefinition<infer V> ? V : never>,
      previous: (T[K] extends TableDefinition<infer V> ? V : never) | undefined,
    ) => void
  }
  /** Called with every tick; deadlines, expiry, retries and window closing happen here only. */
  readonly onTick?: (context: Context<O, S, T, Q>) => void
  /** Does at most `budget` units of a long pass; returns whether there is more. Called between inputs, in transactions of bounded size. */
  readonly work?: (context: Context<O, S, T, Q>, budget: number) => boolean
  readonly onAnswer?: {
    readonly [K in keyof Q]?: (context: Context<O, S, T, Q>, question: QuestionOf<Q[K]>, answer: AnswerOf<Q[K]>) => void
  }
  /** Names of keys that hold ids of one space here, so that equal ids meet in one task: a device that is settled is a unit by its own id. */
  readonly keyedAlike?: readonly string[]
  /** Ports (inputs or tables) that are drained before all others. */
  readonly urgent?: readonly (keyof I | keyof T)[]
}

/** The engine's erased view of a processor. */
// biome-ignore lint/suspicious/noExplicitAny: the one erased type of the engine; every declaration is typed by defineProcessor.
export type AnyProcessor = Processor<any, any, any, any, any>

interface Declaration<I extends Ports, O extends Ports, S, T, Q> extends Omit<Processor<I, O, S, T, Q>, 'stores' | 'tables' | 'questions'> {
  readonly stores?: S
  readonly tables?: T
  readonly questions?: Q
}

/** Declares a processor; a handler that is missing, or an emit that does not fit its port, does not compile. */
export function defineProcessor<
  I extends Ports,
  O extends Ports,
  // biome-ignore lint/complexity/noBannedTypes: an absent declaration is the empty record.
  S extends Readonly<Record<string, unknown>> = {},
  // biome-ignore lint/complexity/noBannedTypes: as above.
  T extends Readonly<Record<string, unknown>> = {},
  // biome-ignore lint/complexity/noBannedTypes: as above.
  Q extends Readonly<Record<string, unknown>> = {},
>(declaration: Declaration<I, O, S, T, Q>): Processor<I, O, S, T, Q> {
  return {
    ...declaration,
    stores: declaration.stores ?? ({} as S),
    tables: declaration.tables ?? ({} as T),
    questions: declaration.questions ?? ({} as Q),
  }
}

/** Declares a store. */
export const store = <V>(schema: RecordSchema<V>): StoreDefinition<V> => ({
  schema,
})

/** Declares a joined table. */
export const table = <V>(topic: Topic<V>, indexBy?: (value: V) => readonly string[], intern?: (value: V) => V): TableDefinition<V> => ({
  topic,
  ...(indexBy ? { indexBy } : {}),
  ...(intern ? { intern } : {}),
})

/** Declares a question. */
export const question = <Question, Answer>(): QuestionDefinition<Question, Answer> => ({})

/** Processors that share one consumer group, one producer and one transaction; their tasks are numbered by partition. */
export interface SubTopology {
  readonly name: string
  /** Its inputs' partitioning: all of them have it. */
  readonly partitioning: 'device' | 'one'
  /** Where nobody waits for an output: so many real ms, at least, from one transaction to the next, so that records that trickle in share one. */
  readonly gatherMs?: number
  readonly processors: readonly AnyProcessor[]
}

/** The whole system: what runs, which topics people or edges write, and which nobody here reads. */
export interface Topology {
  readonly subTopologies: readonly SubTopology[]
  /** Topics written outside of processors (gateway, connectors, CLI). */
  readonly external: readonly AnyTopic[]
  /** Topics read outside of processors only (connectors, loader, auditors). */
  readonly terminal: readonly AnyTopic[]
}
