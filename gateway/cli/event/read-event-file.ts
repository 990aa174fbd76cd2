/** Reads an event file as `drover event create` takes it, and says what event it means. */

import { interpretClaims } from '../../../processors/interpreter/decide.ts'
import { claimOf } from '../../../processors/interpreter/request.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import type { Program } from '../../../schemas/programs.ts'
import { type UtilityEvent, type UtilityRequest, utilityRequest } from '../../../schemas/utility.ts'

const leftOut = { theirEventId: 'preview', targets: [], test: 'none', priority: 0, targetW: null, openEnded: false, hold: null, reason: '' }
const given = { requestId: 'preview', requester: 'preview', action: 'create', modificationNumber: 0 }

/** Throws naming every field that is not sound. */
export function readRequest(file: string, json: unknown): UtilityRequest {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
  const parsed = fromJson(utilityRequest, isObject ? { ...leftOut, ...json, ...given } : json)
  if (!parsed.ok) throw new Error(`${file}: the event is not sound:\n${parsed.faults.map((fault) => `  ${fault}`).join('\n')}`)
  return parsed.value
}

/** The event that the interpreter would make of the request now. Throws with its refusal. */
export function interpretRequest(file: string, request: UtilityRequest, programs: readonly Program[], nowMs: number): UtilityEvent {
  const claim = claimOf(request)
  const known = {
    vtnId: request.requester,
    venId: undefined,
    programs,
    events: new Map<string, UtilityEvent>(),
    deliverableW: () => Number.POSITIVE_INFINITY,
  }
  const receipt = { receivedMs: nowMs, signal: { topic: 'preview', partition: 0, offset: 0 } }
  const [event] = claim ? interpretClaims([claim], false, known, receipt) : []
  if (!event) throw new Error(`${file}: asks for no event`)
  if (event.kind === 'refused') throw new Error(`${file}: the event would be refused: ${event.refusal}`)
  return event
}
