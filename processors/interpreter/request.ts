/** Reads a request of REST, CLI or a Kafka-native utility as claims, or as an operator hold. */
import type { LogPosition } from '../../schemas/common.ts'
import type { UtilityEvent, UtilityRequest } from '../../schemas/utility.ts'
import { hashId } from '../../topics/ids.ts'
import type { EventClaim } from './claim.ts'

/** The claim that a create, modify or cancel makes; undefined for holds. */
export function claimOf(request: UtilityRequest): EventClaim | undefined {
  if (request.action === 'hold' || request.action === 'unhold') return undefined
  return {
    theirEventId: request.theirEventId,
    program: { programId: request.programId },
    modificationNumber: request.modificationNumber,
    cancelled: request.action === 'cancel',
    intervals: request.intervals,
    openEnded: request.openEnded,
    targets: request.targets,
    test: request.test !== 'none',
    priority: request.priority,
    randomizeStartS: 0,
    targetW: request.targetW,
    fault: request.theirEventId === '' ? 'theirEventId: is empty' : null,
  }
}

/** The record of an operator hold or its end; undefined when the request names no scope. */
export function holdOf(request: UtilityRequest, receivedMs: number, signal: LogPosition): UtilityEvent | undefined {
  if (!request.hold || (request.action !== 'hold' && request.action !== 'unhold')) return undefined
  return {
    eventId: hashId('hold', request.hold.scope, request.hold.id),
    revision: 0,
    kind: request.action,
    refusal: null,
    programId: request.hold.scope === 'program' ? request.hold.id : '',
    vtnId: request.requester,
    theirEventId: request.requestId,
    modificationNumber: -1,
    startMs: 0,
    endMs: 0,
    openEnded: true,
    intervals: [],
    targets: [],
    test: 'none',
    rank: 0,
    randomizeStartS: 0,
    targetW: null,
    opt: null,
    hold: request.hold,
    receivedMs,
    signal,
    batchIndex: 0,
    batchCount: 1,
  }
}
