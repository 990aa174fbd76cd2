/** Decides what a pushed message of the VTN changes, and what it is answered with in the same breath; pure. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { VenMessage, VtnMessage } from '../messages.ts'
import type { Service } from '../service.ts'
import type { Course, Timing } from './course.ts'
import type { Knowledge } from './knowledge.ts'
import { onDistributeEvent } from './on-event.ts'
import { onCancelPartyRegistration, onRequestReregistration } from './on-party.ts'
import { onCancelReport, onCreateReport, onRegisterReport } from './on-report.ts'
import { only, type Reaction, type Scene } from './reaction.ts'

export interface PushedMessage {
  readonly service: Service
  readonly message: VtnMessage
  readonly signal: LogPosition
}

export interface PushedReaction {
  readonly reaction: Reaction
  readonly answer: VenMessage
}

const requestIdOf = (message: VtnMessage): string =>
  'requestID' in message ? message.requestID : 'eiResponse' in message ? message.eiResponse.requestID : ''

/** oadrResponse with a code of OpenADR 2.0b. */
export const respond = (known: Knowledge, code: string, description: string, requestID = ''): VenMessage => ({
  type: 'oadrResponse',
  eiResponse: { responseCode: code, responseDescription: description, requestID },
  ...(known.registration ? { venID: known.registration.venId } : {}),
})

/** Which service takes which message of a VTN (OpenADR 2.0b, push); undefined = that one does not take it. */
function reactionTo(scene: Scene, service: Service, message: VtnMessage): Reaction | undefined {
  switch (`${service} ${message.type}` as const) {
    case 'EiEvent oadrDistributeEvent':
      return message.type === 'oadrDistributeEvent' ? onDistributeEvent(scene, message) : undefined
    case 'EiReport oadrCreateReport':
      return message.type === 'oadrCreateReport' ? onCreateReport(scene, message) : undefined
    case 'EiReport oadrCancelReport':
      return message.type === 'oadrCancelReport' ? onCancelReport(scene, message) : undefined
    case 'EiReport oadrRegisterReport':
      return message.type === 'oadrRegisterReport' ? onRegisterReport(scene, message) : undefined
    case 'EiRegisterParty oadrRequestReregistration':
      return onRequestReregistration(scene)
    case 'EiRegisterParty oadrCancelPartyRegistration':
      return message.type === 'oadrCancelPartyRegistration' ? onCancelPartyRegistration(scene, message) : undefined
    default:
      return undefined
  }
}

/** A distributed event is answered by oadrResponse; what is owed beyond that follows on its own. */
function answerOf(known: Knowledge, message: VtnMessage, owed: VenMessage | undefined): VenMessage {
  if (owed?.type === 'oadrCreatedEvent')
    return respond(known, owed.eiResponse.responseCode, owed.eiResponse.responseDescription ?? '', requestIdOf(message))
  return owed ?? respond(known, '200', 'OK', requestIdOf(message))
}

/** Whether the message names another VEN than us. */
const isForeign = (known: Knowledge, message: VtnMessage): boolean =>
  'venID' in message && message.venID !== undefined && message.venID !== '' && message.venID !== known.registration?.venId

export function onPushed(known: Knowledge, course: Course, pushed: PushedMessage, nowMs: number, timing: Timing): PushedReaction {
  const { service, message, signal } = pushed
  const refuse = (code: string, description: string): PushedReaction => ({
    reaction: only(course),
    answer: respond(known, code, description, requestIdOf(message)),
  })
  if (isForeign(known, message)) return refuse('452', 'venID: is not ours')
  const scene: Scene = { known, course, move: { kind: 'pushed' }, signal, nowMs, timing }
  const reaction = reactionTo(scene, service, message)
  if (!reaction) return refuse('459', `${service} does not take ${message.type}`)
  const [owed] = reaction.course.owed.slice(course.owed.length)
  return { reaction: { ...reaction, course: { ...reaction.course, owed: course.owed } }, answer: answerOf(known, message, owed?.message) }
}
