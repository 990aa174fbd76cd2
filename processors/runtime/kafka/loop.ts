/** The life of one member: opens its clients, runs transaction after transaction, and closes them. */
import { type Consumer, closeClient, type KafkaError, type Message, openConsumer, openProducer, type Producer } from './client.ts'
import { commitBatch, createHandover, takeTurns, undo } from './committing.ts'
import { ClientsLostError, codes, faultOf } from './faults.ts'
import { fail, groupOf, type Member, type Setup } from './member.ts'
import { createPump } from './pump.ts'
import { rebalance } from './rebalancing.ts'
import type { Signal } from './signal.ts'
import { nextLane } from './slot.ts'
import { stopSlot } from './stopping.ts'
import { initTransactions } from './transaction.ts'

const TRANSACTION_TIMEOUT_MS = 15_000
const GATHER_MS = 3

/** What the caller of `live` may ask of it. */
export interface Stop {
  isAsked: boolean
  readonly wake: Signal
}

/** Runs until a stop is asked for. Throws when this member cannot go on. */
export async function live(setup: Setup, stop: Stop): Promise<void> {
  const member = await join(setup, stop.wake)
  try {
    await runTransactions(member, stop)
  } finally {
    await leave(member)
  }
}

/** The producer comes first: making it ready ends what a predecessor of this node left open. */
async function join(setup: Setup, wake: Signal): Promise<Member> {
  const { subTopology, node, limits } = setup
  const watch = { member: null as Member | null }
  const onError = (error: KafkaError): void => {
    setup.events.clientError?.(faultOf(error))
    if (watch.member && faultOf(error).isFatal) fail(watch.member, new ClientsLostError(error.message))
  }
  const producer = await openProducer({ brokers: setup.brokers, onError, more: producerSettings(setup) })
  let consumer: Consumer
  try {
    await initTransactions(producer)
    const rebalance_cb = (error: { code: number } | undefined, partitions: { topic: string; partition: number }[]): void => {
      if (watch.member) note(watch.member, error?.code === codes.assign, partitions)
    }
    const more = {
      'partition.assignment.strategy': 'range',
      'group.instance.id': node,
      'session.timeout.ms': limits.sessionTimeoutMs,
      'heartbeat.interval.ms': Math.floor(limits.sessionTimeoutMs / 4),
      'queued.min.messages': 2_000,
      'queued.max.messages.kbytes': 16_384,
      rebalance_cb,
      ...setup.settings.common,
    }
    consumer = await openConsumer({ brokers: setup.brokers, group: groupOf(subTopology), isolation: 'read_committed', onError, more })
  } catch (error) {
    await closeClient(producer)
    throw error
  }
  const member = createMember(setup, consumer, producer, wake)
  watch.member = member
  consumer.subscribe([...setup.consumed])
  member.pump.run()
  return member
}

const producerSettings = ({ subTopology, node, settings }: Setup) => ({
  'transactional.id': `${groupOf(subTopology)}.${node}`,
  'transaction.timeout.ms': TRANSACTION_TIMEOUT_MS,
  'linger.ms': subTopology.partitioning === 'one' ? 0 : 5,
  // Nobody listens to reports, but a commit waits for what is still to be sent in steps of 10 ms, unless a report wakes it.
  'delivery.report.only.error': false,
  // The coordinator asks for a retry while the markers of the transaction before are still being written.
  'retry.backoff.ms': 10,
  'retry.backoff.max.ms': 1_000,
  ...settings.common,
  ...settings.producer,
})

function createMember(setup: Setup, consumer: Consumer, producer: Producer, wake: Signal): Member {
  const onMessages = (messages: readonly Message[]): void => receive(member, messages)
  const onError = (error: unknown): void => {
    const fault = faultOf(error)
    setup.events.clientError?.(fault)
    if (fault.isFatal || fault.code === codes.unknownTopic) fail(member, new ClientsLostError(fault.message))
  }
  const member: Member = {
    setup,
    consumer,
    producer,
    pump: createPump({ consumer, onMessages, onError }),
    wake,
    slots: new Map(),
    rebalances: [],
    assignment: new AbortController(),
    failure: null,
    isLeaving: false,
    nextTickAt: 0,
    begunAt: Number.NEGATIVE_INFINITY,
    hasMore: false,
    skips: new Set(),
  }
  return member
}

/** The group's wish is only noted: it is carried out between transactions. */
function note(member: Member, isAssignment: boolean, partitions: readonly { topic: string; partition: number }[]): void {
  if (member.isLeaving) member.consumer.unassign()
  else member.rebalances.push(isAssignment ? { kind: 'assign', partitions } : { kind: 'revoke' })
  member.wake.wake()
}

/** Puts fetched records into their lanes, and pauses the partitions whose lanes are full. */
function receive(member: Member, messages: readonly Message[]): void {
  if (messages.length === 0) return
  for (const { topic, partition, offset, timestamp, key, value } of messages) {
    const lane = member.slots.get(partition)?.lanes.find((candidate) => candidate.topic === topic)
    lane?.push({ topic, partition, offset, timestampMs: timestamp ?? 0, key: key as Buffer | null, value })
  }
  const full = [...member.slots.values()].flatMap(({ lanes }) => lanes).filter((lane) => !lane.isPaused && lane.isFull())
  for (const lane of full) {
    lane.isPaused = true
    member.setup.events.paused?.({ topic: lane.topic, partition: lane.partition })
  }
  if (full.length > 0) member.consumer.pause(full.map(({ topic, partition }) => ({ topic, partition })))
  member.wake.wake()
}

/** While one transaction is being committed, the next one's steps run in memory already. */
async function runTransactions(member: Member, stop: Stop): Promise<void> {
  let underWay: Promise<boolean> = Promise.resolve(true)
  let isFree = true
  while (!stop.isAsked) {
    if (member.failure) throw member.failure
    if (member.rebalances.length > 0) {
      await underWay
      await rebalance(member)
      continue
    }
    await gather(member, stop)
    const begunAt = performance.now()
    const handover = createHandover(member, () => isFree)
    const batch = await takeTurns(member, handover)
    member.hasMore = batch.hasMore
    const isCommitted = await underWay
    underWay = Promise.resolve(true)
    isFree = true
    for (const fault of batch.faults) if (fault.slot.state === 'ready') stopSlot(member, fault)
    if (!isCommitted) {
      undo(member, batch)
      continue
    }
    if (batch.turns.length > 0) {
      member.begunAt = begunAt
      const committing = commitBatch(member, batch, handover.close())
      isFree = false
      underWay = committing.done.then((isDone) => {
        isFree = isDone
        return isDone
      })
      underWay.catch(() => {})
      await committing.produced
    } else if (batch.hasMore) await new Promise((resolve) => setImmediate(resolve))
    else await rest(member)
  }
  await underWay
}

/** Waits until the next transaction may begin: at once where more is there than trickles in, or something else is to be done. */
async function gather(member: Member, stop: Stop): Promise<void> {
  const { wake, setup, begunAt } = member
  const leftMs = (): number => begunAt + (setup.subTopology.gatherMs ?? 0) - performance.now()
  while (leftMs() > 0 && !stop.isAsked && !isPressed(member)) await wake.sleep(leftMs())
}

const isPressed = ({ failure, rebalances, slots, hasMore }: Member): boolean =>
  hasMore ||
  failure !== null ||
  rebalances.length > 0 ||
  [...slots.values()].some(
    ({ state, lanes, mayWork, answers }) => state === 'ready' && (mayWork || answers.length > 0 || lanes.some((lane) => !lane.hasRoom())),
  )

/** Sleeps until something is to be done. Where records begin to arrive for one of several tasks, more are on the way, such as an order for each: one transaction takes them all. */
async function rest({ wake, nextTickAt, slots }: Member): Promise<void> {
  await wake.sleep(Math.max(0, nextTickAt - performance.now()))
  const isArriving = slots.size > 1 && [...slots.values()].some((slot) => nextLane(slot) !== undefined)
  if (isArriving) await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
}

async function leave(member: Member): Promise<void> {
  member.isLeaving = true
  member.assignment.abort()
  await member.pump.halt()
  if (member.consumer.isConnected()) member.consumer.unassign()
  await closeClient(member.consumer)
  await closeClient(member.producer)
}
