/** Divides the partitions of a topic among processes by a consumer group, whose records nobody reads: it only says who works what. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogShare, LogSharer, ShareHooks } from '../log.ts'
import { type Consumer, closeClient, type KafkaError, openConsumer, type TopicPartition } from './client.ts'
import { ClientsLostError, codes, faultOf } from './faults.ts'
import { createPump, type Pump } from './pump.ts'

export interface LogSharerOptions {
  /** Comma-separated host:port. */
  readonly brokers: string
  /** Names the process in its groups; the same after a restart, never that of two at a time. */
  readonly node: string
  /** Real milliseconds after which a silent process loses its partitions. */
  readonly sessionTimeoutMs?: number
  /** What the client recovers from, and what made it begin anew. */
  readonly onError?: (error: KafkaError | Error) => void
}

const SESSION_TIMEOUT_MS = 10_000
const PAUSE_BEFORE_NEW_MS = 2_000

interface Share {
  readonly options: LogSharerOptions
  readonly topic: string
  readonly group: string
  readonly hooks: ShareHooks
  isStopping: boolean
}

interface Member {
  readonly share: Share
  consumer: Consumer | undefined
  /** Rebalances are carried out in the order in which the group asked for them. */
  tail: Promise<void>
  isAssigned: boolean
  lose(error: Error): void
}

export function createLogSharer(options: LogSharerOptions): LogSharer {
  return {
    async share(topic, group, hooks): Promise<LogShare> {
      const share: Share = { options, topic: topic.name, group, hooks, isStopping: false }
      let end = (): void => undefined
      const stopped = new Promise<void>((resolve) => {
        end = resolve
      })
      const first = await join(share)
      const running = keepMember(share, first, stopped)
      return {
        async stop() {
          share.isStopping = true
          end()
          await running
        },
      }
    },
  }
}

interface Joined {
  readonly member: Member
  readonly pump: Pump
  /** Settles when the client can not be used any more. */
  readonly lost: Promise<Error>
}

/** A member whose client is lost begins anew with another one, until the share is stopped. */
async function keepMember(share: Share, first: Joined, stopped: Promise<void>): Promise<void> {
  let joined: Joined | undefined = first
  while (!share.isStopping) {
    const error = joined ? await Promise.race([joined.lost, stopped]) : undefined
    if (joined) await leave(joined)
    joined = undefined
    if (share.isStopping) return
    if (error) share.options.onError?.(error)
    await Promise.race([sleep(PAUSE_BEFORE_NEW_MS), stopped])
    if (!share.isStopping) joined = await join(share).catch((cause: Error) => void share.options.onError?.(cause))
  }
  if (joined) await leave(joined)
}

async function join(share: Share): Promise<Joined> {
  const { options, topic, group } = share
  const { brokers, node, sessionTimeoutMs = SESSION_TIMEOUT_MS } = options
  let lose = (_error: Error): void => undefined
  const lost = new Promise<Error>((resolve) => {
    lose = resolve
  })
  const member: Member = { share, consumer: undefined, tail: Promise.resolve(), isAssigned: false, lose }
  const onError = (error: KafkaError): void => {
    options.onError?.(error)
    if (faultOf(error).isFatal) lose(new ClientsLostError(error.message))
  }
  const more = {
    'partition.assignment.strategy': 'range',
    'group.instance.id': node,
    'session.timeout.ms': sessionTimeoutMs,
    'heartbeat.interval.ms': Math.floor(sessionTimeoutMs / 4),
    'queued.min.messages': 1,
    rebalance_cb: (error: { code: number } | undefined, partitions: readonly TopicPartition[]) => {
      member.tail = member.tail.then(() => rebalance(member, error?.code === codes.assign, partitions)).catch(lose)
    },
  }
  const consumer = await openConsumer({ brokers, group, isolation: 'read_committed', onError, more })
  member.consumer = consumer
  consumer.subscribe([topic])
  const pump = createPump({ consumer, onMessages: () => undefined, onError: (error) => onPumpError(member, error) })
  pump.run()
  return { member, pump, lost }
}

function onPumpError({ share, lose }: Member, error: unknown): void {
  const fault = faultOf(error)
  share.options.onError?.(error as Error)
  if (fault.isFatal || fault.code === codes.unknownTopic) lose(new ClientsLostError(fault.message))
}

/** Partitions are paused at once: their records are followed elsewhere, from where the work needs them. */
async function rebalance(member: Member, isAssignment: boolean, partitions: readonly TopicPartition[]): Promise<void> {
  const { consumer, share } = member
  if (!consumer) return
  if (!isAssignment) {
    await giveUp(member)
    if (consumer.isConnected()) consumer.unassign()
    return
  }
  const assigned = partitions.map(({ topic, partition }) => ({ topic, partition }))
  consumer.assign(assigned)
  if (assigned.length > 0) consumer.pause(assigned)
  member.isAssigned = true
  share.hooks.onAssigned(assigned.map(({ partition }) => partition).sort((a, b) => a - b))
}

async function giveUp(member: Member): Promise<void> {
  if (!member.isAssigned) return
  member.isAssigned = false
  await member.share.hooks.onRevoked()
}

/** What is assigned is given up before the group knows that the member has left. */
async function leave({ member, pump }: Joined): Promise<void> {
  await member.tail.catch(() => undefined)
  await giveUp(member)
  await pump.halt()
  const { consumer } = member
  if (!consumer) return
  if (consumer.isConnected()) consumer.unassign()
  await closeClient(consumer)
}
