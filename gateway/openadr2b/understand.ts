/** Derives what a recorded message of a 2.0b VTN says of events: the reader that the interpreter is given for this protocol. */
import type { EventClaim, SignalReader, Understanding } from '../../processors/interpreter/claim.ts'
import { decode } from './decode.ts'
import type { OadrDistributeEvent } from './types/event.ts'
import { claimOf } from './understand/claim.ts'
import { WireError } from './wire-error.ts'

/** An event that stands twice in one message contradicts itself: neither form is taken, and what was in force stays. */
function refuseTwins(claims: readonly EventClaim[]): readonly EventClaim[] {
  const counts = new Map<string, number>()
  for (const { theirEventId } of claims) counts.set(theirEventId, (counts.get(theirEventId) ?? 0) + 1)
  return claims.map((claim) => {
    const count = counts.get(claim.theirEventId) ?? 1
    return count === 1
      ? claim
      : { ...claim, cancelled: false, fault: `eventID: "${claim.theirEventId}" stands ${count} times in one message` }
  })
}

/** Completed events are not in force; one that we still hold to be running ends as a missing one does. */
function understandEvents(message: OadrDistributeEvent, vtnId: string): Understanding {
  if (message.vtnID !== vtnId)
    return {
      kind: 'unreadable',
      place: 'oadrDistributeEvent/vtnID',
      detail: `452: vtnID is "${message.vtnID}", but this VTN is "${vtnId}"`,
    }
  // A VTN that could not answer oadrRequestEvent says so here, and its list of events then means nothing.
  if (message.eiResponse && !message.eiResponse.responseCode.startsWith('2')) return { kind: 'nothing' }
  const inForce = message.events.filter((event) => event.eventStatus !== 'completed')
  return { kind: 'events', complete: true, claims: refuseTwins(inForce.map(claimOf)) }
}

/** What a signal of protocol openadr2b says; `vtnId` of the signal is the vtnID that the VTN registered us with. */
export const understandOpenAdr2b: SignalReader = (signal) => {
  if ((signal.status !== 0 && signal.status !== 200) || signal.body.length === 0) return { kind: 'nothing' }
  try {
    const message = decode(signal.body)
    if (message.type === 'oadrDistributeEvent') return understandEvents(message, signal.vtnId)
    if (message.type === 'oadrCreatedPartyRegistration' && message.venID !== undefined) return { kind: 'registered', venId: message.venID }
    return { kind: 'nothing' }
  } catch (error) {
    if (error instanceof WireError) return { kind: 'unreadable', place: error.path, detail: error.problem }
    throw error
  }
}
