/** EiEvent messages: what the VTN asks for, and what the VEN answers (oadr_20b.xsd, oadr_ei_20b.xsd, oadr_pyld_20b.xsd). */

import type { ItemBase } from './item-base.ts'
import type { EiResponse } from './response.ts'
import type { EiTarget } from './target.ts'

export const eventStatuses = ['none', 'far', 'near', 'active', 'completed', 'cancelled'] as const
export type EventStatus = (typeof eventStatuses)[number]

export const optTypes = ['optIn', 'optOut'] as const
export type OptType = (typeof optTypes)[number]

export type QualifiedEventID = { eventID: string; modificationNumber: number }

export type ActivePeriod = {
  startMs: number
  /** 0 means open-ended: active until cancelled (conformance rule 47). */
  durationS: number
  /** tolerance/tolerate/startafter: the start is delayed by a random 0 to so many seconds. */
  startAfterS?: number | undefined
  notificationS?: number | undefined
  rampUpS?: number | undefined
  recoveryS?: number | undefined
}

export type SignalInterval = {
  uid?: string | undefined
  /** Rarely given: an interval without one follows the interval before it. */
  startMs?: number | undefined
  durationS?: number | undefined
  value: number
}

export type EventSignal = {
  signalID: string
  /** SIMPLE, ELECTRICITY_PRICE, LOAD_DISPATCH … or a private `x-` name; not checked here. */
  signalName: string
  /** level, delta, setpoint, price …; not checked here. */
  signalType: string
  intervals: readonly SignalInterval[]
  /** Device classes that the signal is for. */
  targets: EiTarget
  itemBase?: ItemBase | undefined
  currentValue?: number | undefined
}

export type OadrEvent = QualifiedEventID & {
  modificationDateTimeMs?: number | undefined
  modificationReason?: string | undefined
  /** 1 is the highest; 0, also when absent, is no priority, the lowest. */
  priority: number
  marketContext: string
  createdDateTimeMs: number
  eventStatus: EventStatus
  /** Any text but `false` makes a test event (conformance rule 6). */
  testEvent: boolean
  vtnComment?: string | undefined
  activePeriod: ActivePeriod
  signals: readonly EventSignal[]
  targets: EiTarget
  responseRequired: 'always' | 'never'
}

/** All events of the VEN: a known event that is missing here has been cancelled. */
export type OadrDistributeEvent = {
  type: 'oadrDistributeEvent'
  /** Present in an answer to oadrRequestEvent. */
  eiResponse?: EiResponse | undefined
  requestID: string
  vtnID: string
  events: readonly OadrEvent[]
}

export type OadrRequestEvent = { type: 'oadrRequestEvent'; requestID: string; venID: string; replyLimit?: number | undefined }

export type EventResponse = QualifiedEventID & {
  responseCode: string
  responseDescription?: string | undefined
  /** Of the oadrDistributeEvent that carried the event. */
  requestID: string
  optType: OptType
}

export type OadrCreatedEvent = {
  type: 'oadrCreatedEvent'
  eiResponse: EiResponse
  eventResponses: readonly EventResponse[]
  venID: string
}
