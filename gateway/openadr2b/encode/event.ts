/** Writes the EiEvent messages of a VEN. */

import type { EventResponse, OadrCreatedEvent, OadrRequestEvent, QualifiedEventID } from '../types/event.ts'
import { type Children, element, optional, value, type Xml } from '../xml/write.ts'
import { eiResponse, responseParts } from './response.ts'

export const oadrRequestEvent = (message: OadrRequestEvent): Children[] => [
  element(
    'pyld:eiRequestEvent',
    value('pyld:requestID', message.requestID),
    value('ei:venID', message.venID),
    optional('pyld:replyLimit', message.replyLimit),
  ),
]

export const oadrCreatedEvent = (message: OadrCreatedEvent): Children[] => [
  element(
    'pyld:eiCreatedEvent',
    eiResponse(message.eiResponse),
    element('ei:eventResponses', ...message.eventResponses.map(eventResponse)),
    value('ei:venID', message.venID),
  ),
]

export const qualifiedEventID = (event: QualifiedEventID): Xml =>
  element('ei:qualifiedEventID', value('ei:eventID', event.eventID), value('ei:modificationNumber', event.modificationNumber))

const eventResponse = (response: EventResponse): Xml =>
  element('ei:eventResponse', ...responseParts(response), qualifiedEventID(response), value('ei:optType', response.optType))
