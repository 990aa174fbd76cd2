/** Answers EiOpt: keeps the opts that VENs declare until they cancel them. */

import type { VtnState } from '../state.ts'
import { accepted, writeCanceledOpt, writeCreatedOpt } from '../write/response.ts'
import { child, type Parsed, text, texts } from '../xml.ts'

export const onCreateOpt = (state: VtnState, body: Parsed): string => {
  const optID = text(body, 'optID')
  state.opts.set(optID, {
    venID: text(body, 'venID'),
    optID,
    optType: text(body, 'optType'),
    optReason: text(body, 'optReason'),
    eventID: text(child(body, 'qualifiedEventID'), 'eventID'),
    resourceIDs: texts(child(body, 'eiTarget'), 'resourceID'),
  })
  return writeCreatedOpt(text(body, 'requestID'), accepted, optID)
}

export const onCancelOpt = (state: VtnState, body: Parsed): string => {
  const optID = text(body, 'optID')
  const outcome = state.opts.delete(optID) ? accepted : { code: '452', description: `optID ${optID} is not known` }
  return writeCanceledOpt(text(body, 'requestID'), outcome, optID)
}
