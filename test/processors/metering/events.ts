/** Events and the orders that tell of them, for tests. */
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { dispatchOrders } from '../../../topics/catalogue.ts'
import type { Driver } from '../../driver/driver.ts'

export const anEvent = (
  event: Pick<UtilityEvent, 'eventId' | 'programId' | 'startMs' | 'endMs'> & Partial<UtilityEvent>,
): UtilityEvent => ({
  revision: 1,
  kind: 'event',
  refusal: null,
  vtnId: 'vtn',
  theirEventId: event.eventId,
  modificationNumber: 0,
  openEnded: false,
  intervals: [{ startMs: event.startMs, endMs: event.endMs, level: '1', valueW: null }],
  targets: [{ kind: 'all', ids: [] }],
  test: 'none',
  rank: 0,
  randomizeStartS: 0,
  targetW: null,
  opt: null,
  hold: null,
  receivedMs: event.startMs - 3_600_000,
  signal: null,
  batchIndex: 0,
  batchCount: 1,
  optCause: null,
  optDetail: '',
  optDeadlineMs: null,
  optRequest: null,
  again: false,
  ordered: true,
  ...event,
})

/** Sends the order to both partitions. */
export function orderOf(driver: Driver, events: readonly UtilityEvent[]): void {
  for (const partition of [0, 1])
    driver.send(dispatchOrders, { orderSeq: 2, events, programs: [], allocations: [], holds: [], holdsChanged: false }, { partition })
}
