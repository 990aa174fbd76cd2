/** What gateways, connectors and the CLI may do with the log: append durably, and follow. */
import type { AnyTopic, Topic } from '../../topics/define.ts'

/** Where a record stands. */
export interface Appended {
  readonly partition: number
  readonly offset: number
}

export interface AppendOptions {
  /** Drover's time of receipt, epoch ms UTC; default: the clock's. */
  readonly timestampMs?: number
  readonly partition?: number
  readonly key?: string
  /** Cause as topic-partition-offset. */
  readonly causation?: string
  /** Nobody waits for this record, and many such come by themselves: it may wait some ms, and share a request with others. */
  readonly isPatient?: boolean
}

/** Appends to the log. Promises settle when the record is durable on all in-sync replicas, or reject with the reason. Batches under the hood: call it for many records without awaiting each. */
export interface LogWriter {
  append<T>(topic: Topic<T>, value: T, options?: AppendOptions): Promise<Appended>
  /** Waits until everything appended so far is durable. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** A decoded record of a followed topic. */
export interface Followed<T> {
  readonly value: T | null
  readonly key: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
}

/**
 * Where following starts: at the oldest record, after the newest, at the first record at or after a time, or per partition at the
 * offset that `offsets` holds for `topic-partition` (its next to read); partitions without one start at the oldest record, and so
 * does an offset that the log no longer has.
 */
export type FollowFrom = 'beginning' | 'end' | { readonly sinceMs: number } | { readonly offsets: ReadonlyMap<string, number> }

/** Follows partitions of topics without a group, read_committed, decoded; unreadable records go to `onUnreadable`. */
export interface LogReader {
  /**
   * `onBatch` is awaited before the next batch. `caughtUp` settles when every partition reached the high watermark it had at the start.
   * `partitions`: only these; default: all.
   */
  follow<T>(
    topics: readonly Topic<T>[],
    from: FollowFrom,
    onBatch: (records: readonly Followed<T>[]) => Promise<void> | void,
    partitions?: readonly number[],
  ): Promise<Following>
}

/** What a process does with its share of the partitions. */
export interface ShareHooks {
  /** These are this process's from now on, and no other ones; called after `onRevoked` has settled. */
  onAssigned(partitions: readonly number[]): void
  /** Settles when nothing of what was assigned is worked on here any more: only then does another process get it. */
  onRevoked(): Promise<void>
}

/** Divides the partitions of a topic among the processes that share its work: each partition is with one of them at a time. */
export interface LogSharer {
  share(topic: AnyTopic, group: string, hooks: ShareHooks): Promise<LogShare>
}

export interface LogShare {
  /** Gives up what is assigned, and leaves. */
  stop(): Promise<void>
}

export interface Following {
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}
