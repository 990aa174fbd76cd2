/** Plans one device anew when its state changed, while events of its programs are in force or it still holds a timeline. */
import type { DeviceState } from '../../schemas/enrollment.ts'
import { staleCapacity } from './capacity-count.ts'
import type { Renderers } from './decider.ts'
import type { EventInForce } from './events-in-force.ts'
import { openLedger } from './ledger-pages.ts'
import { type DispatchContext, notePartOf, programsOf, progressOf } from './ports.ts'
import { openStep } from './reconcile.ts'
import { eventsNow } from './world.ts'

const isCurrent = ({ cancelledMs, spans }: EventInForce, nowMs: number): boolean =>
  cancelledMs === null && spans.some(({ endMs }) => endMs > nowMs)

/** Whether a device may need another timeline: an event of its programs is known, or it holds one. */
function isConcerned(context: DispatchContext, device: DeviceState, events: readonly EventInForce[]): boolean {
  const own = programsOf(device)
  if (events.some(({ event }) => own.includes(event.programId))) return true
  const row = openLedger(context.stores.ledger).get(device.deviceId)
  return row !== undefined && row.state.heldUntilMs > context.nowMs
}

/** `device` null: the state was deleted; what the device holds is released by its last known state. */
export function onDeviceChange(
  context: DispatchContext,
  change: { readonly device: DeviceState | null; readonly previous: DeviceState | undefined; readonly offset: number },
  renderers: Renderers,
): void {
  const { device, previous, offset } = change
  const programIds = new Set([...(device ? programsOf(device) : []), ...(previous ? programsOf(previous) : [])])
  notePartOf(context, { stateOffset: offset })
  staleCapacity(context, programIds)
  const subject = device ?? (previous && { ...previous, enrollments: [] })
  const events = eventsNow(context)
  if (!subject || !isConcerned(context, subject, events)) return
  const records = (event: EventInForce): boolean => isCurrent(event, context.nowMs)
  const { orderSeq } = progressOf(context)
  const step = openStep(context, { trigger: 'state', orderSeq, causation: '', events, renderers, records })
  step.reconcile(subject)
  step.close()
}
