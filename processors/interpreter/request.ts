/** Reads a request of REST, CLI or a Kafka-native utility as claims, or as an operator hold. */
import type { UtilityEvent, UtilityRequest } from '../../schemas/utility.ts'
import { hashId } from '../../topics/ids.ts'
import type { EventClaim } from './claim.ts'
import type { Receipt } from './decide.ts'
import { refuseRequest } from './refuse-request.ts'

/** The claim that a create, modify or cancel makes; undefined for everything else. */
export function claimOf(request: UtilityRequest): EventClaim | undefined {
  if (request.action !== 'create' && request.action !== 'modify' && request.action !== 'cancel') return undefined
  return {
    theirEventId: request.theirEventId,
    program: { programId: request.programId },
    modificationNumber: request.modificationNumber,
    cancelled: request.action === 'cancel',
    intervals: request.intervals,
    openEnded: request.openEnded,
    targets: request.targets,
    test: request.test,
    priority: request.priority,
    randomizeStartS: 0,
    targetW: request.targetW,
    fault: request.theirEventId === '' ? 'theirEventId: is empty' : null,
  }
}

/** Why there is nothing to modify or cancel, naming the field; undefined = there is, or nothing has to be. */
export function missingEvent({ action, theirEventId, requester }: UtilityRequest, event: UtilityEvent | undefined): string | undefined {
  if (event || (action !== 'modify' && action !== 'cancel')) return undefined
  return `theirEventId: ${requester} has no event "${theirEventId}" to ${action}`
}

/** The record of an operator hold or its end, or the refusal of one that says not what it stops. */
export function onHold(request: UtilityRequest, receipt: Receipt): UtilityEvent {
  const { hold, action } = request
  if (!hold || (action !== 'hold' && action !== 'unhold'))
    return refuseRequest(request, undefined, receipt, 'hold: is missing; name its scope and id')
  if ((hold.scope === 'all') !== (hold.id === ''))
    return refuseRequest(request, undefined, receipt, `hold.id: must ${hold.scope === 'all' ? 'be left empty' : `name the ${hold.scope}`}`)
  return {
    ...refuseRequest(request, undefined, receipt, ''),
    eventId: hashId('hold', hold.scope, hold.id),
    kind: action,
    refusal: null,
    programId: hold.scope === 'program' ? hold.id : '',
    theirEventId: request.requestId,
    openEnded: true,
    hold,
    ordered: true,
  }
}
