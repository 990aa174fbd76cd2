/** Says which opt-outs of a device are obeyed. */
import type { DeviceState, OptOut } from '../../schemas/enrollment.ts'
import { localDayNumber } from '../calendar/local-day.ts'
import type { EventInForce } from './events-in-force.ts'
import { seasonOf } from './season.ts'

/** Events that the customer left in the same season before this opt-out. */
function earlierThisSeason(device: DeviceState, optOut: OptOut, { terms, season }: EventInForce): number {
  const others = device.optOuts.filter((other) => {
    if (other.actor !== 'customer' || other.eventId === optOut.eventId || other.fromMs > optOut.fromMs) return false
    return seasonOf(localDayNumber(other.fromMs, terms.zone), terms)?.firstDay === season?.firstDay
  })
  return new Set(others.map(({ eventId }) => eventId)).size
}

/** In a mandatory program a customer's opt-out beyond the allowance is on record, and the device is called all the same. */
function isObeyed(device: DeviceState, optOut: OptOut, event: EventInForce): boolean {
  if (optOut.actor !== 'customer' || !event.terms.mandatory) return true
  return earlierThisSeason(device, optOut, event) < event.terms.optOutAllowance
}

/** Obeyed opt-outs of the event: those that the device made itself (an override, which is never fought), or all others. */
export function obeyedOptOuts(device: DeviceState, event: EventInForce, made: 'device' | 'others'): readonly OptOut[] {
  if (device.optOuts.length === 0) return device.optOuts
  return device.optOuts.filter(
    (optOut) =>
      optOut.eventId === event.event.eventId && (optOut.actor === 'device') === (made === 'device') && isObeyed(device, optOut, event),
  )
}
