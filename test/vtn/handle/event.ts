/** Answers EiEvent: hands out the events in force and records what each VEN opts for. */

import type { OadrEvent } from '../../../gateway/openadr2b/types/event.ts'
import { type CreatedEvent, issueID, type StoredEvent, statusAt, type VtnState } from '../state.ts'
import { writeDistributeEvent } from '../write/event.ts'
import { accepted, type Outcome, writeResponse } from '../write/response.ts'
import { child, children, type Parsed, text } from '../xml.ts'

export const onRequestEvent = (state: VtnState, body: Parsed, nowMs: number): string => {
  const request = child(body, 'eiRequestEvent')
  return distribute(state, text(request, 'venID'), nowMs, text(request, 'requestID'))
}

/** oadrDistributeEvent with all events of the VEN: those not over, and those cancelled that it has not yet answered. */
export const distribute = (state: VtnState, venID: string, nowMs: number, answering?: string): string => {
  const requestID = issueID(state, 'distribute')
  state.distributeIDs.add(requestID)
  return writeDistributeEvent(requestID, state.vtnID, eventsFor(state, venID, nowMs), answering)
}

/** The events that a VEN should know now. */
export const eventsFor = (state: VtnState, venID: string, nowMs: number): OadrEvent[] =>
  [...state.events.values()]
    .filter((event) => event.venIDs?.includes(venID) ?? true)
    .filter((event) => statusAt(event, nowMs) !== 'completed' && !(event.cancelled && isAnswered(state, event, venID)))
    .map(({ cancelled: _, venIDs: __, ...event }) => event)
    .map((event) => ({ ...event, eventStatus: statusAt(stored(state, event.eventID), nowMs) }))

const stored = (state: VtnState, eventID: string): StoredEvent => {
  const event = state.events.get(eventID)
  if (event === undefined) throw new RangeError(`event ${eventID} was never posted`)
  return event
}

const isAnswered = (state: VtnState, event: StoredEvent, venID: string): boolean =>
  state.createdEvents.some(
    (answer) => answer.venID === venID && answer.eventID === event.eventID && answer.modificationNumber === event.modificationNumber,
  )

export const onCreatedEvent = (state: VtnState, body: Parsed, nowMs: number): string => {
  const created = child(body, 'eiCreatedEvent')
  const venID = text(created, 'venID')
  const answers = children(child(created, 'eventResponses'), 'eventResponse').map((part) => answer(part, venID, nowMs))
  const fault = answers.map((part) => faultOf(state, part)).find((part) => part !== undefined)
  if (fault === undefined) state.createdEvents.push(...answers)
  else state.refusals.push(fault.description)
  return writeResponse(text(child(created, 'eiResponse'), 'requestID'), fault ?? accepted, venID)
}

const answer = (part: Parsed, venID: string, nowMs: number): CreatedEvent => {
  const event = child(part, 'qualifiedEventID')
  return {
    venID,
    eventID: text(event, 'eventID'),
    modificationNumber: Number(text(event, 'modificationNumber')),
    optType: text(part, 'optType'),
    responseCode: text(part, 'responseCode'),
    requestID: text(part, 'requestID'),
    receivedAtMs: nowMs,
  }
}

const faultOf = (state: VtnState, part: CreatedEvent): Outcome | undefined => {
  const event = state.events.get(part.eventID)
  if (event === undefined) return { code: '452', description: `eventID ${part.eventID} is not known` }
  if (part.modificationNumber > event.modificationNumber) {
    return { code: '450', description: `event ${part.eventID} has no modification ${part.modificationNumber}` }
  }
  if (!state.distributeIDs.has(part.requestID)) {
    return { code: '452', description: `requestID ${part.requestID} of event ${part.eventID} belongs to no oadrDistributeEvent` }
  }
  if (part.optType !== 'optIn' && part.optType !== 'optOut') {
    return { code: '459', description: `optType '${part.optType}' of event ${part.eventID} is neither optIn nor optOut` }
  }
  return undefined
}
