/** Notes units whose result must be computed anew. */
import type { UnitIntervalBlock } from '../../schemas/settlement.ts'
import type { SettlementContext } from './define.ts'
import { unitKey } from './keys.ts'
import type { DirtyUnit, SettledEvent } from './state.ts'

/** Notes a unit; the greatest offset, the widest look-back and the first reason stand. */
export function markDirty(context: SettlementContext, eventId: string, unitId: string, mark: DirtyUnit): void {
  const { dirty } = context.stores
  const key = unitKey(eventId, unitId)
  const known = dirty.get(key)
  const next = known ? { reason: known.reason, offset: Math.max(known.offset, mark.offset), wide: known.wide || mark.wide } : mark
  // It becomes ready again when it was computed.
  if (context.stores.ready.get(key)) context.stores.ready.delete(key)
  if (!known || known.offset !== next.offset || known.wide !== next.wide) dirty.put(key, next)
}

/** Notes the unit of a contribution that lies in what an event, computed already, has read. */
export function markContribution(context: SettlementContext, event: SettledEvent, block: UnitIntervalBlock, offset: number): void {
  if (event.phase === 'waiting' || event.phase === 'forgetting') return
  const endMs = block.startMs + block.values.length * block.stepS * 1000
  if (endMs <= event.fromMs || block.startMs >= event.toMs) return
  if (!context.stores.units.get(unitKey(event.eventId, block.unitId))) return
  markDirty(context, event.eventId, block.unitId, { reason: 'lateData', offset, wide: false })
}
