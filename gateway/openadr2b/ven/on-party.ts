/** Reacts to EiRegisterParty: what a query and a registration came to, and what the VTN asks of our registration. */

import { untroubled } from '../../retry/trouble.ts'
import type { OadrCancelPartyRegistration, OadrCreatedPartyRegistration } from '../types/registration.ts'
import type { EiResponse } from '../types/response.ts'
import type { Course, Talk } from './course.ts'
import { inWords, only, partyFact, type Reaction, type Scene, taken, troubled, unknownParty } from './reaction.ts'

/** A new registration begins at the first step: its offers and its events are asked for again. */
const afresh = (course: Course): Course => ({ ...course, offered: undefined, synced: false, carried: undefined })

/** The VTN does not know us under the ids that we have: register anew, without them. */
const forgotten = (scene: Scene): Reaction =>
  only({ ...afresh(scene.course), registered: false }, scene.known.registration ? [partyFact(scene, null)] : [])

/** The VTN says that we are not registered: renew under the same ids, and put off what it refused, lest the two take turns for ever. */
export const renewing = (scene: Scene, kind: Talk, response: EiResponse): Reaction =>
  only({ ...afresh(troubled(scene.course, kind, inWords(response), scene)), registered: false })

function onRegistered(scene: Scene, message: OadrCreatedPartyRegistration): Reaction {
  const { known, course, move } = scene
  const { venID: venId, registrationID: registrationId } = message
  if (venId === undefined || registrationId === undefined)
    return only(troubled(course, 'register', 'oadrCreatedPartyRegistration: has no venID or no registrationID', scene))
  const pollS = message.requestedOadrPollFreqS ?? course.pollS
  const before = known.registration
  const same = before?.venId === venId && before.registrationId === registrationId && before.pollS === pollS
  const next = untroubled({ ...afresh(course), registered: true, pollS }, 'register')
  return only(move.kind === 'register' ? next : course, same ? [] : [partyFact(scene, { venId, registrationId, pollS })])
}

/** A VTN that lists no profile at all is given the benefit of the doubt. */
const speaksOurs = ({ profiles }: OadrCreatedPartyRegistration): boolean =>
  profiles.length === 0 ||
  profiles.some(({ profileName, transportNames }) => profileName === '2.0b' && transportNames.includes('simpleHttp'))

export function onCreatedPartyRegistration(scene: Scene, message: OadrCreatedPartyRegistration): Reaction {
  const { known, course, move } = scene
  if (move.kind !== 'query' && move.kind !== 'register') return only(course)
  if (!taken(message.eiResponse)) return onPartyRefused(scene, message.eiResponse)
  if (message.vtnID !== known.vtnId)
    return only(troubled(course, move.kind, `vtnID: the VTN calls itself "${message.vtnID}", configured is "${known.vtnId}"`, scene))
  if (move.kind === 'register') return onRegistered(scene, message)
  if (!speaksOurs(message)) return only(troubled(course, 'query', 'oadrProfiles: the VTN offers no profile 2.0b over simpleHttp', scene))
  return only(untroubled({ ...course, queried: true, pollS: message.requestedOadrPollFreqS ?? course.pollS }, 'query'))
}

/** A VTN that refuses a renewal (452, unknown registrationID) is asked for a new registration. */
export function onPartyRefused(scene: Scene, response: EiResponse): Reaction {
  const { known, course, move } = scene
  if (move.kind !== 'query' && move.kind !== 'register' && move.kind !== 'leave') return only(course)
  if (move.kind === 'register' && known.registration && unknownParty(response)) return forgotten(scene)
  return only(troubled(course, move.kind, inWords(response), scene))
}

export function onRequestReregistration(scene: Scene): Reaction {
  const { known, course } = scene
  const message = {
    type: 'oadrResponse',
    eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: '' },
    venID: known.registration?.venId ?? '',
  } as const
  return only({ ...course, registered: false, owed: [...course.owed, { service: 'EiRegisterParty', message }] })
}

/** The VTN ends the registration; a wrong registrationID is answered by 452 and changes nothing. */
export function onCancelPartyRegistration(scene: Scene, message: OadrCancelPartyRegistration): Reaction {
  const { known, course } = scene
  const ours = known.registration?.registrationId === message.registrationID
  const eiResponse = ours
    ? { responseCode: '200', responseDescription: 'OK', requestID: message.requestID }
    : { responseCode: '452', responseDescription: 'registrationID: is not ours', requestID: message.requestID }
  const answer = {
    type: 'oadrCanceledPartyRegistration',
    eiResponse,
    registrationID: message.registrationID,
    ...(known.registration ? { venID: known.registration.venId } : {}),
  } as const
  const owed = [...course.owed, { service: 'EiRegisterParty', message: answer } as const]
  return ours ? only({ ...course, owed, registered: false, left: true }, [partyFact(scene, null)]) : only({ ...course, owed })
}

export const onLeft = (scene: Scene): Reaction => only({ ...scene.course, registered: false, left: true }, [partyFact(scene, null)])
