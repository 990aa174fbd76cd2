/** Writes one copy of an order to every device partition. */
import type { DispatchOrder } from '../../schemas/dispatch.ts'
import { type BroadcastContext, ONLY } from './ports.ts'

type Content = Omit<DispatchOrder, 'orderSeq' | 'holds' | 'holdsChanged'> & Partial<Pick<DispatchOrder, 'holds'>>

/** `holds` absent: they are as before. */
export function broadcast(context: BroadcastContext, { events, programs, allocations, holds }: Content): void {
  const { sent } = context.stores
  const orderSeq = (sent.get(ONLY)?.orderSeq ?? 0) + 1
  sent.put(ONLY, { orderSeq })
  const order: DispatchOrder = { orderSeq, events, programs, allocations, holds: holds ?? [], holdsChanged: holds !== undefined }
  for (let partition = 0; partition < context.devicePartitions; partition++) context.emit('order', order, { partition })
}
