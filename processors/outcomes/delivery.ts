/** Sums, by event, the power that commands call on: delivered, failed, or pending. */
import { boolean, type Infer, long, record } from '../../schemas/avro.ts'
import type { EventDelivery } from '../../schemas/dispatch.ts'
import type { TrackedCommand } from './tracked.ts'

export const deliverySum = record('DeliverySum', 'Sums of one event in this partition.', {
  deliveredW: long('W.'),
  failedW: long('W.'),
  pendingW: long('W.'),
  lastEndMs: long('End of the latest segment, epoch ms UTC.'),
  changed: boolean('True: not published yet.'),
})
export type DeliverySum = Infer<typeof deliverySum>

const NOTHING: DeliverySum = { deliveredW: 0, failedW: 0, pendingW: 0, lastEndMs: 0, changed: false }

type Column = 'deliveredW' | 'failedW' | 'pendingW'

function columnOf({ outcome }: TrackedCommand): Column {
  if (outcome === null) return 'pendingW'
  return outcome === 'applied' || outcome === 'acceptedUnverified' ? 'deliveredW' : 'failedW'
}

/** The change of a sum: `sign` 1 adds what the command calls on, -1 takes it away. */
function add(sum: DeliverySum, command: TrackedCommand, sign: 1 | -1): DeliverySum {
  const column = columnOf(command)
  const lastEndMs = Math.max(sum.lastEndMs, command.lastEndMs)
  return { ...sum, [column]: sum[column] + sign * command.calledW, lastEndMs, changed: true }
}

/** Only the newest command of a device counts: its timeline is the one that the device should have. */
const counted = (commands: readonly TrackedCommand[]): TrackedCommand | undefined => commands.at(-1)

const alike = (a: TrackedCommand | undefined, b: TrackedCommand | undefined): boolean =>
  a?.commandId === b?.commandId && a?.outcome === b?.outcome && a?.known === b?.known

/** Sums that change when a device's commands go from `before` to `after`, by event. */
export function changedSums(
  before: readonly TrackedCommand[],
  after: readonly TrackedCommand[],
  sumOf: (eventId: string) => DeliverySum | undefined,
): ReadonlyMap<string, DeliverySum> {
  const changed = new Map<string, DeliverySum>()
  const [old, fresh] = [counted(before), counted(after)]
  if (alike(old, fresh)) return changed
  const apply = (command: TrackedCommand | undefined, sign: 1 | -1): void => {
    for (const eventId of command?.eventIds ?? [])
      changed.set(eventId, add(changed.get(eventId) ?? sumOf(eventId) ?? NOTHING, command as TrackedCommand, sign))
  }
  apply(old, -1)
  apply(fresh, 1)
  return changed
}

export const toDelivery = (eventId: string, partition: number, { deliveredW, failedW, pendingW }: DeliverySum): EventDelivery => ({
  eventId,
  partition,
  deliveredW,
  failedW,
  pendingW,
})
