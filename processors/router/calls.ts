/** Remembers which devices each event called, for devices that settle by a resource or a meter. */
import type { DecisionBlock, DispatchOrder } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { Store, Table } from '../runtime/define.ts'
import type { CalledDevice, RoutedEvent } from './state.ts'

export interface CallStores {
  readonly events: Store<RoutedEvent>
  readonly called: Store<CalledDevice>
}

const KEPT_EVENTS = 100
/** Longer than readings come late. */
const KEPT_MS = 100 * 86_400_000

/** Folds the events of an order; a cancelled one that had not begun is no event. Long past events are forgotten. */
export function keepEvents(events: Store<RoutedEvent>, order: DispatchOrder, nowMs: number): void {
  for (const [eventId, event] of order.events.length > 0 ? events.entries() : []) if (event.endMs < nowMs - KEPT_MS) events.delete(eventId)
  for (const { kind, eventId, programId, startMs, endMs, receivedMs } of order.events) {
    if (kind === 'event') events.put(eventId, { programId, startMs, endMs })
    if (kind === 'cancelled' && receivedMs <= startMs) events.delete(eventId)
  }
}

/** Folds decisions: sent calls; whatever is decided before the event begins takes the call back. */
export function keepCalls(stores: CallStores, devices: Table<DeviceState>, block: DecisionBlock): void {
  const event = stores.events.get(block.eventId)
  block.deviceIds.forEach((deviceId, index) => {
    const device = devices.get(deviceId)
    if (!device || !settlesElsewhere(device, block.programId)) return
    const outcome = block.outcomes[index]
    const known = stores.called.get(deviceId)?.eventIds ?? []
    const isKnown = known.includes(block.eventId)
    if (outcome === 'sent' || outcome === 'sentAtRisk') {
      if (!isKnown) stores.called.put(deviceId, { eventIds: [...known, block.eventId].slice(-KEPT_EVENTS) })
    } else if (isKnown && event && block.decidedMs < event.startMs) {
      stores.called.put(deviceId, { eventIds: known.filter((id) => id !== block.eventId) })
    }
  })
}

/** Events of the program that called the device and overlap the span. */
export function callsIn(stores: CallStores, deviceId: string, programId: string, fromMs: number, untilMs: number): readonly string[] {
  return (stores.called.get(deviceId)?.eventIds ?? []).filter((eventId) => {
    const event = stores.events.get(eventId)
    return event?.programId === programId && event.startMs < untilMs && event.endMs > fromMs
  })
}

function settlesElsewhere(device: DeviceState, programId: string): boolean {
  const hasResource = device.enrollments.some((enrollment) => enrollment.programId === programId && enrollment.resourceId !== null)
  return hasResource || device.memberships.some(({ meterId }) => meterId !== null)
}
