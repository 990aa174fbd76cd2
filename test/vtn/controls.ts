/** The simulated VTN's levers and dials: what a test or the demo may see of its state and make it do. */

import { distribute, eventsFor } from './handle/event.ts'
import { issueRequest } from './handle/report.ts'
import { enqueue, issueID, type PostedEvent, type StoredEvent, type VtnState } from './state.ts'
import { writeCancelPartyRegistration, writeRequestReregistration } from './write/registration.ts'
import { writeCancelReport, writeCreateReport, writeOffer } from './write/report.ts'

/** One request and its answer as they were on the wire. */
export type Traffic = { service: string; request: string; response: string }

export type ReportWanted = {
  venID: string
  reportSpecifierID: string
  rIDs: readonly string[]
  granularityS: number
  reportBackDurationS: number
  reportInterval?: { startMs: number; durationS: number }
}

/** Cancels by a message of its own, with or without a last report, or inside the next oadrUpdatedReport. */
export type CancelHow = 'now' | 'after one more report' | 'with the next answer'

export const observations = (state: VtnState, clock: () => number, traffic: readonly Traffic[]) => ({
  registrations: () => [...state.registrations.values()],
  events: (venID: string) => eventsFor(state, venID, clock()),
  createdEvents: () => [...state.createdEvents],
  reportRequests: () => [...state.requests.values()],
  pendingReports: (venID: string) => state.pendingReports.get(venID) ?? [],
  reports: () => [...state.reports],
  opts: () => [...state.opts.values()],
  refusals: () => [...state.refusals],
  traffic: () => [...traffic],
})

export const eventControls = (state: VtnState, clock: () => number) => {
  const announce = (event: StoredEvent): void => {
    for (const venID of event.venIDs ?? state.registrations.keys()) {
      enqueue(state, venID, (nowMs) => distribute(state, venID, nowMs))
    }
  }
  const change = (eventID: string, patch: Partial<StoredEvent>): void => {
    const event = known(state.events.get(eventID), `event ${eventID}`)
    const changed = { ...event, ...patch, modificationNumber: event.modificationNumber + 1, modificationDateTimeMs: clock() }
    state.events.set(eventID, changed)
    announce(changed)
  }
  return {
    postEvent: ({ venIDs, ...event }: PostedEvent) => {
      const posted: StoredEvent = {
        priority: 0,
        testEvent: false,
        responseRequired: 'always',
        ...event,
        modificationNumber: 0,
        createdDateTimeMs: clock(),
        cancelled: false,
        venIDs,
      }
      state.events.set(event.eventID, posted)
      announce(posted)
    },
    modifyEvent: (eventID: string, patch: Partial<PostedEvent>) => change(eventID, patch),
    cancelEvent: (eventID: string) => change(eventID, { cancelled: true }),
    dropEvent: (eventID: string) => {
      const event = known(state.events.get(eventID), `event ${eventID}`)
      state.events.delete(eventID)
      announce(event)
    },
  }
}

export const reportControls = (state: VtnState) => ({
  requestReport: (wanted: ReportWanted) => {
    const request = issueRequest(state, wanted, wanted)
    enqueue(state, wanted.venID, () => writeCreateReport(issueID(state, 'request'), [request], wanted.venID))
    return request.reportRequestID
  },
  cancelReport: (reportRequestID: string, how: CancelHow) => {
    const request = known(state.requests.get(reportRequestID), `report request ${reportRequestID}`)
    if (how === 'with the next answer') {
      request.cancelWithUpdate = true
      return
    }
    const toFollow = how === 'after one more report'
    request.status = toFollow ? 'final' : 'cancelled'
    enqueue(state, request.venID, () => writeCancelReport(issueID(state, 'request'), [reportRequestID], toFollow, request.venID))
  },
  offerReport: (venID: string, reportSpecifierID: string) =>
    enqueue(state, venID, (nowMs) => writeOffer(issueID(state, 'request'), reportSpecifierID, nowMs, venID)),
})

export const partyControls = (state: VtnState) => ({
  requestReregistration: (venID: string) => enqueue(state, venID, () => writeRequestReregistration(venID)),
  cancelRegistration: (venID: string) => {
    const registration = known(state.registrations.get(venID), `VEN ${venID}`)
    enqueue(state, venID, () => writeCancelPartyRegistration(issueID(state, 'request'), registration))
  },
})

const known = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new RangeError(`${what} is not known to this VTN`)
  return value
}
