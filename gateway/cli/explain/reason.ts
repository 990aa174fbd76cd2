/** Says in plain words why a device was, or was not, sent a command for an event. */
import { hashBucket } from '../../../processors/dispatch/seed.ts'
import type { Allocation } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { EventTarget, OperatorHold, UtilityEvent } from '../../../schemas/utility.ts'
import type { DeviceDecision } from './decisions.ts'
import { atTime, during, inKw } from './format.ts'

/** What the dispatcher knew when it decided; undefined = it cannot be found any more. */
export interface Known {
  readonly event: UtilityEvent | undefined
  readonly terms: ProgramTerms | undefined
  readonly device: DeviceState | undefined
  readonly allocation: Allocation | undefined
  readonly holds: readonly OperatorHold[]
}

const targetWords = ({ kind, ids }: EventTarget): string => (kind === 'all' ? 'everybody' : `${kind} ${ids.join(', ')}`)

function notTargeted({ event, device }: Known, programId: string): string {
  const resourceId = device?.enrollments.find((enrollment) => enrollment.programId === programId)?.resourceId
  const place = device?.attributes.placeId
  const traits = [resourceId ? `resource ${resourceId}` : '', place ? `place ${place}` : ''].filter((text) => text !== '')
  const asked = event?.targets.map(targetWords).join(' and ') || 'nobody'
  return `the event addresses ${asked}, and the device is none of it${traits.length > 0 ? ` (${traits.join(', ')})` : ''}`
}

function stopWords({ device, holds }: Known, programId: string): string {
  const own = device?.suspensions.find((one) => one.held && (one.programId === null || one.programId === programId))
  if (own) return `an operator holds the device ${during(own.fromMs, own.untilMs)}`
  return `an operator stop is in force: ${holds.map(({ scope, id }) => `${scope} ${id}`.trim()).join(', ') || 'see dispatch.orders'}`
}

function suspended({ device }: Known, programId: string): string {
  const found = device?.suspensions.find((one) => !one.held && (one.programId === null || one.programId === programId))
  return `the device is suspended${found ? ` ${during(found.fromMs, found.untilMs)}` : ''}`
}

function optedOut({ device, event }: Known, byDevice: boolean): string {
  const found = device?.optOuts.findLast((one) => one.eventId === event?.eventId && (one.actor === 'device') === byDevice)
  if (byDevice) return `somebody overrode it at the device${found ? ` ${during(found.fromMs, found.untilMs)}` : ''}, which is never fought`
  return `it was opted out of this event${found ? ` by the ${found.actor}, ${during(found.fromMs, found.untilMs)}` : ''}`
}

function enrollmentWords({ device }: Known, programId: string): string {
  const own = device?.enrollments.filter((enrollment) => enrollment.programId === programId) ?? []
  const each = own.map(({ fromMs, untilMs, registration }) => {
    return `${during(fromMs, untilMs)}${registration === 'none' ? '' : `, registration with the utility ${registration}`}`
  })
  return each.length > 0 ? ` (${each.join('; ')})` : ''
}

const hours = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function outsideHours({ terms }: Known): string {
  if (!terms) return 'its terms forbid the event at that time'
  const { seasonStart, seasonEnd, dayTypes, dayStartMinute, dayEndMinute, zone, minDurationS, maxDurationS } = terms
  return `the terms allow events from ${seasonStart} to ${seasonEnd}, on ${dayTypes.join(', ')}, ${hours(dayStartMinute)} to ${hours(dayEndMinute)} ${zone}, for ${minDurationS} to ${maxDurationS} s`
}

function limitWords({ terms }: Known): string {
  if (!terms) return 'it has had as many events as its terms allow'
  const limits: readonly (readonly [number | null, string])[] = [
    [terms.maxEventsPerDay, 'events a day'],
    [terms.maxEventsPerMonth, 'events a month'],
    [terms.maxEventsPerSeason, 'events a season'],
    [terms.maxHoursPerSeason, 'hours a season'],
    [terms.maxConsecutiveDays, 'days in a row'],
    [terms.restS > 0 ? terms.restS : null, 's of rest between events'],
  ]
  return `it has had as many events as its terms allow (${limits.flatMap(([most, what]) => (most === null ? [] : [`${most} ${what}`])).join(', ')})`
}

function notNeeded({ allocation, device }: Known): string {
  if (!allocation) return 'other devices cover the target'
  const { targetW, calledW, thresholdEvents, thresholdBucket } = allocation
  const own = device ? `; the device is in bucket ${hashBucket(device.deviceId)}` : ''
  return `the target of ${inKw(targetW)} is covered: ${inKw(calledW)} are called, from devices with fewer than ${thresholdEvents} events this season, and with exactly ${thresholdEvents} up to bucket ${thresholdBucket}${own}`
}

function tooLate({ event, terms }: Known): string {
  const ended = event ? `; it ends ${atTime(event.endMs)}` : ''
  return `less than ${terms?.minUsefulS ?? 0} s of the event were left${ended}`
}

/** One clause, without a full stop. */
export function reasonOf({ outcome, record, outrankedBy, commandSeq, fault }: DeviceDecision, known: Known): string {
  const { programId } = record.value
  switch (outcome) {
    case 'sent':
      return commandSeq > 0 ? 'it takes part' : 'it takes part, and already has the timeline that says so'
    case 'sentAtRisk':
      return `it takes part, at risk: the notice is shorter than the reaction time of its protocol${commandSeq > 0 ? '' : '; it already has the timeline'}`
    case 'suspended':
      return suspended(known, programId)
    case 'optedOut':
      return optedOut(known, false)
    case 'overriddenByCustomer':
      return optedOut(known, true)
    case 'terminated':
      return `the device is terminated since ${atTime(known.device?.terminatedMs ?? record.value.decidedMs)}`
    case 'notYetEffective':
      return `its enrollment in ${programId} is not effective yet${enrollmentWords(known, programId)}`
    case 'notEnrolled':
      return `it is not enrolled in ${programId} at that time${enrollmentWords(known, programId)}`
    case 'notTargeted':
      return notTargeted(known, programId)
    case 'outranked':
      return `event ${outrankedBy} outranks it and takes the device for all of its time`
    case 'outsideProgramHours':
      return outsideHours(known)
    case 'noticeTooShort':
      return `the terms want ${known.terms?.noticeS ?? 0} s of notice${known.event ? `; it was received ${atTime(known.event.receivedMs)} and starts ${atTime(known.event.startMs)}` : ''}`
    case 'eventLimitReached':
      return limitWords(known)
    case 'capacityNotNeeded':
      return notNeeded(known)
    case 'tooLate':
      return tooLate(known)
    case 'operatorHold':
      return stopWords(known, programId)
    case 'noTemplate':
      return `no payload was rendered for its levels: the protocol could not express ${programId} for this device (see its enrollment verdict)`
    case 'internalFault':
      return `planning it failed, and an alarm was raised${fault ? `: ${fault}` : ''}`
    case 'released':
      return 'the event no longer wants the device, which is released'
  }
}
