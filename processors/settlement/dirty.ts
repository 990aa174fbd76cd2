/** Notes units whose result must be computed anew. */
import type { UnitIntervalBlock } from '../../schemas/settlement.ts'
import type { SettlementContext } from './define.ts'
import { unitKey } from './keys.ts'
import type { DirtyUnit, SettledEvent } from './state.ts'

type Mark = Pick<DirtyUnit, 'reason' | 'offset' | 'wide'>

/** Notes a unit; the greatest offset, the widest look-back and the first reason stand. One whose look-back is widened has waited already. */
export function markDirty(context: SettlementContext, eventId: string, unitId: string, mark: Mark): void {
  const { stores, nowMs } = context
  const key = unitKey(eventId, unitId)
  const known = stores.dirty.get(key)
  const { reason, sinceMs } = known ?? { ...mark, sinceMs: nowMs }
  const touchedMs = mark.wide ? (known?.touchedMs ?? 0) : nowMs
  const next = { reason, offset: Math.max(known?.offset ?? -1, mark.offset), wide: (known?.wide ?? false) || mark.wide, sinceMs, touchedMs }
  // It becomes ready again when it was computed.
  if (stores.ready.get(key)) stores.ready.delete(key)
  if (!known || known.offset !== next.offset || known.wide !== next.wide || known.touchedMs !== touchedMs) stores.dirty.put(key, next)
}

/** Notes the unit of a contribution that lies in what an event, computed already, has read. */
export function markContribution(context: SettlementContext, event: SettledEvent, block: UnitIntervalBlock, offset: number): void {
  if (event.phase === 'waiting' || event.phase === 'forgetting') return
  const endMs = block.startMs + block.values.length * block.stepS * 1000
  if (endMs <= event.fromMs || block.startMs >= event.toMs) return
  if (!context.stores.units.get(unitKey(event.eventId, block.unitId))) return
  markDirty(context, event.eventId, block.unitId, { reason: block.reason === 'edited' ? 'edit' : 'lateData', offset, wide: false })
}
