/** What one process holds of a running sub-topology: its place in the group, its producer, and its tasks. */

import type { Schemas } from '../../../topics/registry.ts'
import type { Clock } from '../clock.ts'
import type { SubTopology } from '../define.ts'
import { createTask } from '../task.ts'
import type { Task } from '../task-contract.ts'
import type { Answers } from './asking.ts'
import type { Consumer, Producer, TopicPartition } from './client.ts'
import type { RuntimeEvents } from './events.ts'
import type { Pump } from './pump.ts'
import type { Signal } from './signal.ts'
import type { Slot } from './slot.ts'
import type { Codecs } from './sub-topology-topics.ts'

/** How much one transaction may take on, and how often time is told. */
export interface Limits {
  /** Records per transaction; bounds how long an urgent record can wait behind others. */
  readonly inputs: number
  /** Units of long passes per transaction. */
  readonly work: number
  /** Real milliseconds between ticks. */
  readonly tickMs: number
  /** Real milliseconds after which a silent process loses its partitions. */
  readonly sessionTimeoutMs: number
}

export const defaultLimits: Limits = { inputs: 5_000, work: 20_000, tickMs: 250, sessionTimeoutMs: 6_000 }

/** Settings for librdkafka, by its own names. */
export interface ClientSettings {
  /** For all clients: security, mostly. */
  readonly common?: Readonly<Record<string, unknown>>
  readonly producer?: Readonly<Record<string, unknown>>
}

export interface Setup {
  readonly subTopology: SubTopology
  /** Comma-separated host:port. */
  readonly brokers: string
  readonly schemas: Schemas
  readonly clock: Clock
  /** Count of the partitions that device-keyed topics have. */
  readonly devicePartitions: number
  /** Names the process among those that run the same sub-topology; the same after a restart, never that of two at a time. */
  readonly node: string
  readonly codeVersion: string
  readonly answers: Answers
  readonly events: RuntimeEvents
  readonly limits: Limits
  readonly settings: ClientSettings
  readonly codecs: Codecs
  /** Inputs and tables. */
  readonly consumed: readonly string[]
}

/** A change of the assignment that the group asked for and that is to be carried out between transactions. */
export type Rebalance = { readonly kind: 'assign'; readonly partitions: readonly TopicPartition[] } | { readonly kind: 'revoke' }

export interface Member {
  readonly setup: Setup
  readonly consumer: Consumer
  readonly producer: Producer
  readonly pump: Pump
  readonly wake: Signal
  /** By partition number. */
  readonly slots: Map<number, Slot>
  readonly rebalances: Rebalance[]
  /** Aborted when the present assignment ends. */
  assignment: AbortController
  /** Why this member cannot go on; null = it can. */
  failure: unknown
  /** Whatever the group wants now is agreed to at once. */
  isLeaving: boolean
  /** performance.now() at which the next tick is due. */
  nextTickAt: number
  /** performance.now() at which the last transaction began. */
  begunAt: number
  /** Whether the last batch left something undone. */
  hasMore: boolean
  /** Coordinates of records that an operator skips. */
  readonly skips: Set<string>
}

/** Consumer group of a sub-topology. */
export const groupOf = (subTopology: SubTopology): string => `drover.${subTopology.name}`

/** An empty task of the sub-topology. */
export const newTask = ({ setup }: Member, partition: number): Task =>
  createTask(setup.subTopology, partition, { devicePartitions: setup.devicePartitions, codecs: setup.codecs })

/** Ends this member's life: new clients are made after a pause. */
export function fail(member: Member, cause: unknown): void {
  member.failure ??= cause
  member.wake.wake()
}
