/** Calls reserves when commands of an event with a kW target came to nothing. */
import { type Infer, list, long, of, record } from '../../schemas/avro.ts'
import { type Allocation, allocation, capacityBucket, type EventDelivery } from '../../schemas/dispatch.ts'
import { utilityEvent } from '../../schemas/utility.ts'
import { allocate, callsMore } from './allocate.ts'

export const targetCall = record(
  'TargetCall',
  'An event with a kW target, or a limit for all devices together, and how far its devices are called.',
  {
    event: of(utilityEvent, 'Newest revision.'),
    allocation: of(allocation, 'Newest allocation.'),
    buckets: list(capacityBucket, 'Capacity as it was at the first allocation, since devices that were called move on in the order.'),
    checkMs: long('Deadline at which outcomes are looked at, epoch ms UTC.'),
  },
)
export type TargetCall = Infer<typeof targetCall>

/** Commands get so long to show an outcome before reserves are called; then the same again. */
export const ROUND_MS = 120_000

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export const isPast = ({ event }: TargetCall, nowMs: number): boolean => !event.openEnded && event.endMs <= nowMs

/**
 * The next allocation at a deadline; undefined = the target is covered, nothing is known yet, or the reserves ran out before.
 * What is pending counts as covered: its outcome comes by the next deadline.
 */
export function nextRound(
  { event, allocation: before, buckets }: TargetCall,
  deliveries: readonly EventDelivery[],
): Allocation | undefined {
  if (deliveries.length === 0 || event.targetW === null) return undefined
  const coveredW = sum(deliveries.map(({ deliveredW, pendingW }) => deliveredW + pendingW))
  const missingW = event.targetW - coveredW
  if (missingW <= 0) return undefined
  const wanted = { eventId: event.eventId, round: before.round + 1, targetW: event.targetW, callW: before.calledW + missingW }
  const next = allocate(buckets, wanted)
  const shortfallW = Math.max(0, missingW - (next.calledW - before.calledW))
  if (callsMore(next, before)) return { ...next, shortfallW }
  return before.shortfallW === 0 ? { ...before, round: wanted.round, shortfallW } : undefined
}
