/** Reads oadrDistributeEvent: every event with its period, signals, intervals and targets; a baseline, if any, is passed over. */

import {
  type ActivePeriod,
  type EventSignal,
  eventStatuses,
  type OadrDistributeEvent,
  type OadrEvent,
  type SignalInterval,
} from '../types/event.ts'
import type { Element } from '../xml/parse.ts'
import {
  dateTimeMs,
  dtstartMs,
  durationPropS,
  durationS,
  float,
  id,
  many,
  maybe,
  one,
  oneOf,
  some,
  text,
  token,
  unsignedInt,
  within,
} from '../xml/read.ts'
import { itemBaseIn } from './item-base.ts'
import { eiResponse } from './response.ts'
import { eiTarget } from './target.ts'

export const oadrDistributeEvent = (element: Element): OadrDistributeEvent => ({
  type: 'oadrDistributeEvent',
  eiResponse: maybe(element, 'eiResponse', eiResponse),
  requestID: one(element, 'requestID', text),
  vtnID: one(element, 'vtnID', id),
  events: many(element, 'oadrEvent', oadrEvent),
})

const oadrEvent = (element: Element): OadrEvent => ({
  ...one(element, 'eiEvent', eiEvent),
  responseRequired: one(element, 'oadrResponseRequired', oneOf(['always', 'never'])),
})

const eiEvent = (element: Element): Omit<OadrEvent, 'responseRequired'> => ({
  ...one(element, 'eventDescriptor', eventDescriptor),
  activePeriod: one(element, 'eiActivePeriod', within('properties', activePeriod)),
  signals: one(element, 'eiEventSignals', (signals) => some(signals, 'eiEventSignal', eventSignal)),
  targets: one(element, 'eiTarget', eiTarget),
})

const eventDescriptor = (element: Element): Omit<OadrEvent, 'responseRequired' | 'activePeriod' | 'signals' | 'targets'> => ({
  eventID: one(element, 'eventID', id),
  modificationNumber: one(element, 'modificationNumber', unsignedInt),
  modificationDateTimeMs: maybe(element, 'modificationDateTime', dateTimeMs),
  modificationReason: maybe(element, 'modificationReason', text),
  priority: maybe(element, 'priority', unsignedInt) ?? 0,
  marketContext: one(element, 'eiMarketContext', within('marketContext', token)),
  createdDateTimeMs: one(element, 'createdDateTime', dateTimeMs),
  eventStatus: one(element, 'eventStatus', oneOf(eventStatuses)),
  testEvent: (maybe(element, 'testEvent', token) ?? 'false').toLowerCase() !== 'false',
  vtnComment: maybe(element, 'vtnComment', text),
})

const activePeriod = (element: Element): ActivePeriod => ({
  startMs: one(element, 'dtstart', dtstartMs),
  durationS: one(element, 'duration', durationPropS),
  startAfterS: maybe(element, 'tolerance', (tolerance) =>
    one(tolerance, 'tolerate', (tolerate) => maybe(tolerate, 'startafter', durationS)),
  ),
  notificationS: maybe(element, 'x-eiNotification', durationPropS),
  rampUpS: maybe(element, 'x-eiRampUp', durationPropS),
  recoveryS: maybe(element, 'x-eiRecovery', durationPropS),
})

const payloadFloat = within('payloadFloat', within('value', float))

const eventSignal = (element: Element): EventSignal => ({
  signalID: one(element, 'signalID', id),
  signalName: one(element, 'signalName', token),
  signalType: one(element, 'signalType', token),
  intervals: one(element, 'intervals', (intervals) => some(intervals, 'interval', signalInterval)),
  targets: maybe(element, 'eiTarget', eiTarget) ?? [],
  itemBase: itemBaseIn(element),
  currentValue: maybe(element, 'currentValue', payloadFloat),
})

const signalInterval = (element: Element): SignalInterval => ({
  uid: maybe(element, 'uid', within('text', token)),
  startMs: maybe(element, 'dtstart', dtstartMs),
  durationS: maybe(element, 'duration', durationPropS),
  value: one(element, 'signalPayload', payloadFloat),
})
