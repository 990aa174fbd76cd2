/** What the broadcaster reads, writes and remembers. */
import { type Infer, list, long, record } from '../../schemas/avro.ts'
import { operatorHold, utilityEvent } from '../../schemas/utility.ts'
import { dispatchDelivery, dispatchOrders, programCapacity, programsView, utilityEvents } from '../../topics/catalogue.ts'
import { type Context, store, table } from '../runtime/define.ts'
import { targetCall } from './reserves.ts'

const pending = record('PendingBatch', 'Events of a signal that is not whole yet.', { events: list(utilityEvent, 'In order.') })
const holds = record('HoldsInForce', 'Operator stops in force.', { holds: list(operatorHold, 'Stops.') })
const sent = record('OrdersSent', 'Orders so far.', { orderSeq: long('Newest order; 0 = none.') })
export type OrdersSent = Infer<typeof sent>

export const inputs = { event: utilityEvents }
export const outputs = { order: dispatchOrders }
export const stores = { pending: store(pending), holds: store(holds), sent: store(sent), calls: store(targetCall) }
export const tables = {
  programs: table(programsView),
  capacity: table(programCapacity, ({ programId }) => [programId]),
  delivery: table(dispatchDelivery, ({ eventId }) => [eventId]),
}

export type BroadcastContext = Context<typeof outputs, typeof stores, typeof tables, unknown>

/** Key of the one record in stores that have one. */
export const ONLY = 'all'
