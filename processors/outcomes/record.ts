/** Writes what changed about a device's commands: outcomes, sums, and when to look again. */
import { changedSums, toDelivery } from './delivery.ts'
import type { OutcomeContext } from './ports.ts'
import { AT_REST, awaitDue } from './sweep.ts'
import { prune, type TrackedCommand } from './tracked.ts'

const ONLY = 'all'

export const sweepOf = ({ stores }: OutcomeContext) => stores.sweep.get(ONLY) ?? AT_REST

export function putSweep({ stores }: OutcomeContext, sweep: ReturnType<typeof sweepOf>): void {
  stores.sweep.put(ONLY, sweep)
}

function emitOutcome(context: OutcomeContext, deviceId: string, command: TrackedCommand): void {
  const { commandId, seq, eventIds, outcome, revision, calledW } = command
  if (outcome === null) return
  context.emit('outcome', { deviceId, commandId, seq, eventIds, outcome, revision, decidedMs: context.nowMs, limitedW: calledW })
}

/** A new revision; of a command that acks told ahead, once it is known whole. */
function isNews(command: TrackedCommand, before: readonly TrackedCommand[]): boolean {
  const was = before.find(({ seq }) => seq === command.seq)
  return command.known && command.outcome !== null && (command.revision !== was?.revision || !was.known)
}

/** Takes the commands of a device from `before` to `after`; both oldest first, `after` perhaps with one more. */
export function recordCommands(
  context: OutcomeContext,
  deviceId: string,
  before: readonly TrackedCommand[],
  after: readonly TrackedCommand[],
): void {
  const { devices, delivery } = context.stores
  devices.put(deviceId, { commands: prune(after) })
  for (const command of after) if (isNews(command, before)) emitOutcome(context, deviceId, command)
  for (const [eventId, sum] of changedSums(before, after, (id) => delivery.get(id))) delivery.put(eventId, sum)
  const known = sweepOf(context)
  const sweep = after.reduce((next, { dueMs }) => awaitDue(next, dueMs), known)
  if (sweep !== known) putSweep(context, sweep)
}

/** Sums of an event are forgotten this long after its last segment ended. */
const KEPT_MS = 48 * 3_600_000

/** Publishes the sums that changed since the last tick, and forgets old ones. */
export function publishDelivery(context: OutcomeContext): void {
  const { stores, nowMs, partition } = context
  for (const [eventId, sum] of stores.delivery.entries()) {
    if (sum.lastEndMs + KEPT_MS <= nowMs) {
      stores.delivery.delete(eventId)
      context.emitTombstone('delivery', `${eventId}+${partition}`)
    } else if (sum.changed) {
      stores.delivery.put(eventId, { ...sum, changed: false })
      context.emit('delivery', toDelivery(eventId, partition, sum))
    }
  }
}
