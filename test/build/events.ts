/** Events and orders as the interpreter and the broadcaster write them; to be changed where a test needs it. */
import type { DispatchOrder } from '../../schemas/dispatch.ts'
import type { EventInterval, UtilityEvent } from '../../schemas/utility.ts'

export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000

/** Wednesday 15 July 2026, 12:00 in Los Angeles. */
export const NOON_MS = Date.UTC(2026, 6, 15, 19)

/** One interval of level 2 unless another is named. */
export const anInterval = (startMs: number, endMs: number, level = '2', valueW: number | null = null): EventInterval => ({
  startMs,
  endMs,
  level,
  valueW,
})

/** An event of summer-shed for everybody, level 2, from 14:00 to 16:00, received at noon. `startMs` and `endMs` follow from intervals. */
export function anEvent(changes: Partial<UtilityEvent> = {}): UtilityEvent {
  const intervals = changes.intervals ?? [anInterval(changes.startMs ?? NOON_MS + 2 * HOUR_MS, changes.endMs ?? NOON_MS + 4 * HOUR_MS)]
  return {
    eventId: 'E',
    revision: 1,
    kind: 'event',
    refusal: null,
    programId: 'summer-shed',
    vtnId: 'vtn-1',
    theirEventId: changes.eventId ?? 'E',
    modificationNumber: 0,
    startMs: intervals[0]?.startMs ?? 0,
    endMs: intervals.at(-1)?.endMs ?? 0,
    openEnded: false,
    targets: [{ kind: 'all', ids: [] }],
    test: 'none',
    rank: 1_000_000,
    randomizeStartS: 0,
    targetW: null,
    opt: 'optIn',
    hold: null,
    receivedMs: NOON_MS,
    signal: null,
    batchIndex: 0,
    batchCount: 1,
    optCause: 'automatic',
    optDetail: '',
    optDeadlineMs: null,
    optRequest: null,
    again: false,
    ordered: true,
    ...changes,
    intervals,
  }
}

/** An order that says nothing but `orderSeq`. */
export const anOrder = (orderSeq: number, changes: Partial<DispatchOrder> = {}): DispatchOrder => ({
  orderSeq,
  events: [],
  programs: [],
  allocations: [],
  holds: [],
  holdsChanged: false,
  ...changes,
})
