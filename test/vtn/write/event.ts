/** Writes oadrDistributeEvent with every event that a VEN should know. */

import type { ActivePeriod, EventSignal, OadrEvent, SignalInterval } from '../../../gateway/openadr2b/types/event.ts'
import { type Body, document, dtstart, durationProp, isoDuration, isoTime } from '../xml.ts'
import { accepted, eiResponse } from './response.ts'
import { writeTargets, writeUnit } from './units.ts'

/** `answering` is the requestID of the oadrRequestEvent that is answered, if one is. */
export const writeDistributeEvent = (requestID: string, vtnID: string, events: readonly OadrEvent[], answering?: string): string =>
  document('oadrDistributeEvent', {
    'e:eiResponse': answering === undefined ? undefined : eiResponse(answering, accepted),
    'p:requestID': requestID,
    'e:vtnID': vtnID,
    'o:oadrEvent': events.map((event) => ({ 'e:eiEvent': eiEvent(event), 'o:oadrResponseRequired': event.responseRequired })),
  })

const eiEvent = (event: OadrEvent): Body => ({
  'e:eventDescriptor': {
    'e:eventID': event.eventID,
    'e:modificationNumber': event.modificationNumber,
    'e:modificationDateTime': event.modificationDateTimeMs === undefined ? undefined : isoTime(event.modificationDateTimeMs),
    'e:modificationReason': event.modificationReason,
    'e:priority': event.priority,
    'e:eiMarketContext': { 'm:marketContext': event.marketContext },
    'e:createdDateTime': isoTime(event.createdDateTimeMs),
    'e:eventStatus': event.eventStatus,
    'e:testEvent': event.testEvent,
    'e:vtnComment': event.vtnComment,
  },
  'e:eiActivePeriod': { 'c:properties': activePeriod(event.activePeriod), 'c:components': '' },
  'e:eiEventSignals': { 'e:eiEventSignal': event.signals.map(signal) },
  'e:eiTarget': writeTargets(event.targets),
})

const activePeriod = (period: ActivePeriod): Body => ({
  'c:dtstart': dtstart(period.startMs),
  'c:duration': durationProp(period.durationS),
  'c:tolerance': period.startAfterS === undefined ? undefined : { 'c:tolerate': { 'c:startafter': isoDuration(period.startAfterS) } },
  'e:x-eiNotification': maybeDuration(period.notificationS),
  'e:x-eiRampUp': maybeDuration(period.rampUpS),
  'e:x-eiRecovery': maybeDuration(period.recoveryS),
})

const maybeDuration = (seconds: number | undefined): Body | undefined => (seconds === undefined ? undefined : durationProp(seconds))

const signal = (part: EventSignal): Body => ({
  'st:intervals': { 'e:interval': part.intervals.map(interval) },
  'e:eiTarget': part.targets.length === 0 ? undefined : writeTargets(part.targets),
  'e:signalName': part.signalName,
  'e:signalType': part.signalType,
  'e:signalID': part.signalID,
  ...writeUnit(part.itemBase),
  'e:currentValue': part.currentValue === undefined ? undefined : payloadFloat(part.currentValue),
})

const interval = (part: SignalInterval): Body => ({
  'c:dtstart': part.startMs === undefined ? undefined : dtstart(part.startMs),
  'c:duration': maybeDuration(part.durationS),
  'c:uid': part.uid === undefined ? undefined : { 'c:text': part.uid },
  'e:signalPayload': payloadFloat(part.value),
})

const payloadFloat = (value: number): Body => ({ 'e:payloadFloat': { 'e:value': value } })
