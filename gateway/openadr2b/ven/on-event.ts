/** Reacts to EiEvent: takes note of what was distributed, and of what the VTN made of our answers. */
import type { SessionFact } from '../../../schemas/utility.ts'
import { untroubled } from '../../retry/trouble.ts'
import type { OadrDistributeEvent } from '../types/event.ts'
import type { EiResponse } from '../types/response.ts'
import type { CarriedEvent, Course, Move } from './course.ts'
import { answerKey } from './knowledge.ts'
import { renewing } from './on-party.ts'
import { declined, inWords, only, type Reaction, type Scene, taken, troubled, unknownParty } from './reaction.ts'

/** OpenADR 2.0b: only oadrResponseRequired "always" wants an answer, and a completed event never. */
function carriedEvents(message: OadrDistributeEvent, course: Course, nowMs: number): readonly CarriedEvent[] {
  const since = new Map(course.carried?.events.map((event) => [answerKey(event), event.sinceMs]))
  const events = message.events
    .filter(({ responseRequired, eventStatus }) => responseRequired === 'always' && eventStatus !== 'completed')
    .map(({ eventID, modificationNumber, eventStatus }) => {
      const event = { theirEventId: eventID, modificationNumber, cancelled: eventStatus === 'cancelled' }
      return { ...event, sinceMs: since.get(answerKey(event)) ?? nowMs }
    })
  // One eventResponse for each, however often it stands there.
  return [...new Map(events.map((event) => [answerKey(event), event])).values()]
}

/** Events of another VTN are refused as a whole: 452 in the outer eiResponse. */
function refuseAll(scene: Scene, message: OadrDistributeEvent): Course {
  const { known, course } = scene
  const answer = {
    type: 'oadrCreatedEvent',
    eiResponse: { responseCode: '452', responseDescription: `vtnID: "${message.vtnID}" is not this VTN`, requestID: message.requestID },
    venID: known.registration?.venId ?? '',
    eventResponses: [],
  } as const
  return { ...course, owed: [...course.owed, { service: 'EiEvent', message: answer }] }
}

/** The VTN could not answer oadrRequestEvent: its list of events says nothing, and it is asked again. */
const onEventsRefused = (scene: Scene, response: EiResponse): Reaction =>
  unknownParty(response) ? renewing(scene, 'sync', response) : only(troubled(scene.course, 'sync', inWords(response), scene))

export function onDistributeEvent(scene: Scene, message: OadrDistributeEvent): Reaction {
  const { known, course, move, nowMs } = scene
  const synced = course.synced || move.kind === 'sync'
  if (message.vtnID !== known.vtnId) return only({ ...refuseAll(scene, message), synced })
  if (message.eiResponse && !taken(message.eiResponse)) return onEventsRefused(scene, message.eiResponse)
  const carried = { requestId: message.requestID, events: carriedEvents(message, course, nowMs) }
  return only(untroubled({ ...course, synced, carried }, 'sync'))
}

/** What the VTN said to our oadrCreatedEvent; 5xx is tried again, everything else settles it. */
export function onAnswered(scene: Scene<Extract<Move, { kind: 'answer' }>>, response: EiResponse): Reaction {
  const { known, course, move, signal, nowMs } = scene
  if (!taken(response) && !declined(response)) return only(troubled(course, 'answer', inWords(response), scene))
  const facts = move.answers.map(
    (answer): SessionFact => ({
      vtnId: known.vtnId,
      kind: 'eventAnswered',
      atMs: nowMs,
      signal,
      registration: null,
      answer: { ...answer, vtnCode: response.responseCode, detail: taken(response) ? answer.detail : inWords(response) },
      report: null,
    }),
  )
  return only(untroubled(course, 'answer'), facts)
}
