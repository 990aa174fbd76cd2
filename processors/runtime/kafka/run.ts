/** Runs a sub-topology on Kafka: as a member of its consumer group, exactly once, until it is stopped. */
import type { Schemas } from '../../../topics/registry.ts'
import type { Clock } from '../clock.ts'
import type { SubTopology } from '../define.ts'
import { type Answers, checkAnswers } from './asking.ts'
import { checkTopics } from './assignment.ts'
import { closeClient, openConsumer } from './client.ts'
import type { RuntimeEvents } from './events.ts'
import { ClientsLostError, faultOf, SetupError } from './faults.ts'
import { live, type Stop } from './loop.ts'
import { type ClientSettings, defaultLimits, groupOf, type Limits, type Setup } from './member.ts'
import { partitionCounts } from './metadata.ts'
import { createSignal } from './signal.ts'
import { consumedTopics, prepareCodecs, touchedTopics } from './sub-topology-topics.ts'

export interface RunOptions {
  readonly subTopology: SubTopology
  /** Comma-separated host:port. */
  readonly brokers: string
  readonly schemas: Schemas
  readonly clock: Clock
  /** Count of the partitions that device-keyed topics have; see readDevicePartitions. */
  readonly devicePartitions: number
  /** Names the process among those that run this sub-topology; the same after a restart, never that of two at a time. */
  readonly node: string
  readonly codeVersion: string
  /** By `<processor>.<question>`. */
  readonly answers?: Answers
  readonly limits?: Partial<Limits>
  readonly events?: RuntimeEvents
  readonly settings?: ClientSettings
}

export interface Running {
  /** Finishes the transaction under way and leaves; resolves when all clients are closed. */
  stop(): Promise<void>
  /** Resolves after `stop`; rejects with SetupError when topics, schemas or answers are missing. Lost clients are replaced without end. */
  readonly done: Promise<void>
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
/** A member that lived this long had no trouble starting. */
const SOUND_LIFE_MS = 60_000

/**
 * Starts the sub-topology. Each running one keeps a thread of libuv's pool polling: set UV_THREADPOOL_SIZE to four more
 * than twice their number before the process starts.
 */
export function runSubTopology(options: RunOptions): Running {
  const stop: Stop = { isAsked: false, wake: createSignal() }
  const done = liveOn(options, stop)
  done.catch(() => {})
  return {
    done,
    async stop() {
      stop.isAsked = true
      stop.wake.wake()
      await done.catch(() => {})
    },
  }
}

async function liveOn(options: RunOptions, stop: Stop): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  while (!stop.isAsked) {
    const startedAt = performance.now()
    try {
      await live(await prepare(options), stop)
    } catch (error) {
      if (error instanceof SetupError) throw error
      if (performance.now() - startedAt > SOUND_LIFE_MS) pauseMs = FIRST_PAUSE_MS
      const reason =
        error instanceof ClientsLostError ? `${error.message}; does another process run as node ${options.node}?` : faultOf(error).message
      options.events?.restarting?.({ reason, pauseMs })
      await stop.wake.sleep(pauseMs)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    }
  }
}

/** Checks what can be checked beforehand. Throws SetupError. */
async function prepare(options: RunOptions): Promise<Setup> {
  const { subTopology, brokers, schemas, devicePartitions, answers = {}, events = {}, settings = {}, limits } = options
  checkAnswers(subTopology, answers)
  const topics = touchedTopics(subTopology)
  const client = await openConsumer({
    brokers,
    group: `${groupOf(subTopology)}.check`,
    isolation: 'read_committed',
    onError: () => {},
    more: settings.common ?? {},
  })
  try {
    checkTopics(topics, await partitionCounts(client), devicePartitions)
  } finally {
    await closeClient(client)
  }
  const codecs = await prepareCodecs(topics, schemas)
  const consumed = consumedTopics(subTopology).map(({ name }) => name)
  return { ...options, answers, events, settings, limits: { ...defaultLimits, ...limits }, codecs, consumed }
}
