/** Keeps the newest revision of each event that dispatch has to think of, and until when. */
import { type Infer, long, of, record, string } from '../../schemas/avro.ts'
import { type UtilityEvent, utilityEvent } from '../../schemas/utility.ts'

export const knownEvent = record('KnownEvent', 'An event as the dispatcher knows it.', {
  event: of(utilityEvent, 'Newest revision.'),
  noticeFromMs: long('Since when its start has been known, epoch ms UTC; notice counts from here.'),
  busyUntilMs: long('End of the latest timeline that any revision gave a device, epoch ms UTC.'),
  orderSeq: long('Order that brought the revision.'),
  causation: string('Coordinates of that order.'),
})
export type KnownEvent = Infer<typeof knownEvent>

const HOUR_MS = 3_600_000

/** An open-ended event is planned in pieces that end at most this long after now. */
export const PIECE_MS = 24 * HOUR_MS

/** How often open-ended events, and commands that would expire before their last segment, are looked at again. */
export const RENEWAL_STEP_MS = 12 * HOUR_MS

/** Kept after its end, so that what happens at the end finds it. */
const KEPT_MS = HOUR_MS

/** Whether anything may still be planned for the event. */
export const isRunning = ({ event, busyUntilMs }: KnownEvent, nowMs: number): boolean => isEndless(event) || busyUntilMs > nowMs

export const isEndless = (event: UtilityEvent): boolean => event.openEnded && event.kind === 'event'

/** When to ask whether the event can be forgotten. */
export const retireMs = ({ event, busyUntilMs }: KnownEvent, nowMs: number): number =>
  isEndless(event) ? nowMs + PIECE_MS : busyUntilMs + KEPT_MS

function noticeFrom(before: KnownEvent | undefined, event: UtilityEvent): number {
  // A change in mid-event is no new notice: only an earlier start has to be announced again.
  const knownBefore = before?.event.kind === 'event' && event.startMs >= before.event.startMs
  return knownBefore ? before.noticeFromMs : event.receivedMs
}

/** The event after a newer revision; undefined when the revision is old, or cancels what was never known. */
export function takeRevision(
  before: KnownEvent | undefined,
  event: UtilityEvent,
  order: { readonly orderSeq: number; readonly causation: string; readonly nowMs: number; readonly releaseStaggerS: number },
): KnownEvent | undefined {
  const { orderSeq, causation, nowMs, releaseStaggerS } = order
  if (before && event.revision <= before.event.revision) return undefined
  if (event.kind === 'cancelled' && !before) return undefined
  const intervals = event.intervals.length > 0 ? event.intervals : (before?.event.intervals ?? [])
  const endMs = event.openEnded ? nowMs + PIECE_MS : event.endMs
  return {
    event: { ...event, intervals },
    noticeFromMs: noticeFrom(before, event),
    busyUntilMs: Math.max(before?.busyUntilMs ?? 0, endMs + Math.max(event.randomizeStartS, releaseStaggerS) * 1000),
    orderSeq,
    causation,
  }
}

/**
 * When devices of the event have to be looked at again for time alone; undefined = never.
 * Looks fall on a grid from the start of the event, so that every partition takes them alike.
 */
export function nextRenewalMs(known: KnownEvent, nowMs: number): number | undefined {
  if (!isEndless(known.event) && known.busyUntilMs - nowMs <= PIECE_MS) return undefined
  const steps = Math.floor((nowMs - known.event.startMs) / RENEWAL_STEP_MS) + 1
  return known.event.startMs + steps * RENEWAL_STEP_MS
}

/** End of the piece of an open-ended event that devices are given at `nowMs`: 12 to 24 h ahead, and the same between two looks. */
export function pieceEndMs(startMs: number, nowMs: number): number {
  const steps = Math.max(0, Math.floor((nowMs - startMs) / RENEWAL_STEP_MS))
  return startMs + steps * RENEWAL_STEP_MS + PIECE_MS
}
