/** Makes slots ready: tells where the group stands, restores the tasks, and tries again for as long as the assignment lasts. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Consumer, call, queryWatermarks, type TopicPartition } from './client.ts'
import { faultOf, SetupError } from './faults.ts'
import { fail, groupOf, type Member, newTask } from './member.ts'
import { type Restoration, RestoreFault, type RestoreParts, restore } from './restore.ts'
import { resetSlot, type Slot } from './slot.ts'

const COMMITTED_TIMEOUT_MS = 5_000
const PAUSE_MS = 500

/** Restores newly assigned slots. Never throws: what cannot be retried ends the member. */
export async function prepareSlots(member: Member, slots: readonly Slot[]): Promise<void> {
  const { signal } = member.assignment
  try {
    await findStarts(member, slots, signal)
    await restoreSlots(member, slots)
  } catch (error) {
    if (!signal.aborted) fail(member, error)
  }
}

/** Restores slots that know where they stand. A task that cannot be restored is stopped; what else fails is tried again. Never throws. */
export async function restoreSlots(member: Member, slots: readonly Slot[]): Promise<void> {
  const { setup, assignment } = member
  const { signal } = assignment
  const startedAt = performance.now()
  let left = slots
  while (!signal.aborted && left.length > 0) {
    try {
      const records = await restore(left.map(restorationOf), partsFor(member), signal)
      for (const slot of left) slot.state = 'ready'
      const tasks = left.map(({ task }) => task.id)
      setup.events.restored?.({ tasks, records, durationMs: performance.now() - startedAt })
      member.wake.wake()
      return
    } catch (error) {
      if (signal.aborted) return
      left = await recover(member, left, error)
    }
  }
}

const restorationOf = ({ task, lanes }: Slot): Restoration => ({
  task,
  committed: new Map(lanes.map((lane) => [lane.topic, lane.committed()])),
})

function partsFor({ setup }: Member): RestoreParts {
  return {
    brokers: setup.brokers,
    group: groupOf(setup.subTopology),
    schemas: setup.schemas,
    codecOf: setup.codecs.of,
    more: setup.settings.common ?? {},
    onError: (error) => setup.events.clientError?.(faultOf(error)),
  }
}

/** Empties all tasks, as they are half full, and gives those that may be tried again, after a pause. */
async function recover(member: Member, slots: readonly Slot[], error: unknown): Promise<readonly Slot[]> {
  const { events } = member.setup
  const broken = error instanceof RestoreFault ? slots.find(({ task }) => task === error.task) : undefined
  if (broken && error instanceof RestoreFault)
    events.stopped?.({ task: broken.task.id, coordinates: error.coordinates, message: error.message })
  else events.clientError?.(faultOf(error))
  for (const slot of slots) resetSlot(slot, newTask(member, slot.partition))
  if (broken) broken.state = 'stopped'
  else await sleep(PAUSE_MS)
  return slots.filter((slot) => slot !== broken)
}

async function findStarts(member: Member, slots: readonly Slot[], signal: AbortSignal): Promise<void> {
  const lanes = slots.flatMap((slot) => slot.lanes)
  const committed = await stableOffsets(member.consumer, lanes, signal)
  const marks = await Promise.all(lanes.map((lane) => queryWatermarks(member.consumer, lane)))
  signal.throwIfAborted()
  for (const [i, lane] of lanes.entries()) {
    const { low, high } = marks[i] as { low: number; high: number }
    const offset = committed.get(`${lane.topic} ${lane.partition}`) ?? low
    if (offset > high)
      throw new SetupError(
        `the group stands at ${lane.topic}-${lane.partition}-${offset}, but the topic ends at ${high}: it was made anew or has lost records. Reset the group ${groupOf(member.setup.subTopology)}, and the changelogs with it`,
      )
    if (offset < low) member.setup.events.expired?.({ topic: lane.topic, partition: lane.partition, from: offset, to: low })
    lane.startAt(Math.max(offset, low))
  }
}

/** Committed next offsets, without partitions that the group never read. Waits while a transaction on them is open, which a read_committed consumer's request does. */
async function stableOffsets(
  consumer: Consumer,
  partitions: readonly TopicPartition[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  for (;;) {
    signal.throwIfAborted()
    try {
      const found = await call<readonly (TopicPartition & { offset?: number })[]>((done) =>
        consumer.committed(
          partitions.map(({ topic, partition }) => ({ topic, partition })),
          COMMITTED_TIMEOUT_MS,
          done as never,
        ),
      )
      const broken = found.find((entry) => entry instanceof Error)
      if (broken) throw broken
      return new Map(
        found.flatMap(({ topic, partition, offset }) => (offset === undefined || offset < 0 ? [] : [[`${topic} ${partition}`, offset]])),
      )
    } catch {
      await sleep(PAUSE_MS)
    }
  }
}
