/** What the simulated VTN remembers: parties, events, reports, opts and the messages waiting for each VEN's next poll. */

import type { EventStatus, OadrEvent } from '../../gateway/openadr2b/types/event.ts'

export type Registration = {
  venID: string
  registrationID: string
  venName: string
  reportOnly: boolean
  httpPullModel: boolean
  transportAddress: string
  registeredAtMs: number
}

/** An event as posted: the rest is the VTN's to fill in. */
export type PostedEvent = Omit<
  OadrEvent,
  'modificationNumber' | 'modificationDateTimeMs' | 'createdDateTimeMs' | 'eventStatus' | 'priority' | 'testEvent' | 'responseRequired'
> &
  Partial<Pick<OadrEvent, 'priority' | 'testEvent' | 'responseRequired'>> & {
    /** VENs that get the event; all when absent. */
    venIDs?: readonly string[]
  }

export type StoredEvent = Omit<OadrEvent, 'eventStatus'> & { cancelled: boolean; venIDs: readonly string[] | undefined }

export type CreatedEvent = {
  venID: string
  eventID: string
  modificationNumber: number
  optType: string
  responseCode: string
  requestID: string
  receivedAtMs: number
}

/** What a VEN offered: rIDs by report specifier. */
export type Offer = { venID: string; reportSpecifierID: string; reportName: string; rIDs: readonly string[] }

export type ReportRequest = {
  venID: string
  reportRequestID: string
  reportSpecifierID: string
  rIDs: readonly string[]
  granularityS: number
  reportBackDurationS: number
  reportInterval?: { startMs: number; durationS: number } | undefined
  /** `final`: cancelled with reportToFollow, one more report is taken. */
  status: 'active' | 'final' | 'cancelled'
  /** The VTN cancels inside its next oadrUpdatedReport. */
  cancelWithUpdate: boolean
}

export type ReportedValue = { rID: string; value: number; dataQuality: string }
export type ReportedStatus = { rID: string; online: boolean; manualOverride: boolean; dataQuality: string }
export type AcceptedReport = {
  venID: string
  reportRequestID: string
  reportSpecifierID: string
  reportName: string
  createdDateTimeMs: number
  receivedAtMs: number
  intervals: readonly { startMs: number; durationS: number | undefined; values: readonly (ReportedValue | ReportedStatus)[] }[]
}

export type Opt = { venID: string; optID: string; optType: string; optReason: string; eventID: string; resourceIDs: readonly string[] }

export type VtnState = {
  readonly vtnID: string
  readonly pollFreqS: number
  /** What the VTN asks of every offered TELEMETRY_USAGE report in its oadrRegisteredReport; undefined = nothing. */
  readonly telemetry: { granularityS: number; reportBackDurationS: number } | undefined
  readonly registrations: Map<string, Registration>
  readonly events: Map<string, StoredEvent>
  readonly createdEvents: CreatedEvent[]
  readonly distributeIDs: Set<string>
  readonly offers: Offer[]
  readonly requests: Map<string, ReportRequest>
  readonly pendingReports: Map<string, readonly string[]>
  readonly reports: AcceptedReport[]
  readonly refusals: string[]
  readonly opts: Map<string, Opt>
  /** Documents are made when the poll comes, so that they show the state of that moment. */
  readonly queues: Map<string, ((nowMs: number) => string)[]>
  issued: number
}

export const emptyState = (vtnID: string, pollFreqS: number, telemetry: VtnState['telemetry']): VtnState => ({
  vtnID,
  pollFreqS,
  telemetry,
  registrations: new Map(),
  events: new Map(),
  createdEvents: [],
  distributeIDs: new Set(),
  offers: [],
  requests: new Map(),
  pendingReports: new Map(),
  reports: [],
  refusals: [],
  opts: new Map(),
  queues: new Map(),
  issued: 0,
})

/** A fresh identifier such as `vtn-1-request-7`. */
export const issueID = (state: VtnState, what: string): string => {
  state.issued += 1
  return `${state.vtnID}-${what}-${state.issued}`
}

/** Puts a message into the queue of one VEN. */
export const enqueue = (state: VtnState, venID: string, write: (nowMs: number) => string): void => {
  const queue = state.queues.get(venID) ?? []
  queue.push(write)
  state.queues.set(venID, queue)
}

/** The event's status by the clock (EiEvent: far, near within the ramp-up, active, completed; cancelled only by decision). */
export const statusAt = (event: StoredEvent, nowMs: number): EventStatus => {
  const { startMs, durationS, rampUpS = 0 } = event.activePeriod
  if (event.cancelled) return 'cancelled'
  if (nowMs < startMs - rampUpS * 1000) return 'far'
  if (nowMs < startMs) return 'near'
  return durationS === 0 || nowMs < startMs + durationS * 1000 ? 'active' : 'completed'
}
