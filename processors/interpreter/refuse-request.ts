/** The record that answers a request which cannot be taken for an event. */
import type { UtilityEvent, UtilityRequest } from '../../schemas/utility.ts'
import { hashId } from '../../topics/ids.ts'
import type { Receipt } from './decide.ts'

/** `refusal` starts with the field; the event is named where there is one. */
export function refuseRequest(request: UtilityRequest, event: UtilityEvent | undefined, receipt: Receipt, refusal: string): UtilityEvent {
  return {
    eventId: request.eventId || hashId(request.requester, request.programId, request.theirEventId),
    revision: event?.revision ?? 0,
    kind: 'refused',
    refusal,
    programId: event?.programId ?? request.programId,
    vtnId: request.requester,
    theirEventId: event?.theirEventId ?? request.theirEventId,
    modificationNumber: event?.modificationNumber ?? -1,
    startMs: event?.startMs ?? 0,
    endMs: event?.endMs ?? 0,
    openEnded: false,
    intervals: [],
    targets: [],
    test: 'none',
    rank: 0,
    randomizeStartS: 0,
    targetW: null,
    opt: null,
    hold: null,
    receivedMs: receipt.receivedMs,
    signal: receipt.signal,
    batchIndex: 0,
    batchCount: 1,
    optCause: null,
    optDetail: '',
    optDeadlineMs: null,
    optRequest: null,
    again: false,
    ordered: false,
  }
}
