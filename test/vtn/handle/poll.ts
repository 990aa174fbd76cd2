/** Answers OadrPoll with the next waiting message, or with an empty oadrResponse. */

import type { VtnState } from '../state.ts'
import { accepted, writeResponse } from '../write/response.ts'
import { type Parsed, text } from '../xml.ts'

export const onPoll = (state: VtnState, body: Parsed, nowMs: number): string => {
  const venID = text(body, 'venID')
  const next = state.queues.get(venID)?.shift()
  return next === undefined ? writeResponse('', accepted, venID) : next(nowMs)
}

/** The VEN's bare answer to a message that it polled. */
export const onResponse = (_state: VtnState, body: Parsed): string => writeResponse('', accepted, text(body, 'venID') || undefined)
