/** Requests for events, to be changed where a test needs it. */
import type { UtilityRequest } from '../../schemas/utility.ts'

const HOUR_MS = 3_600_000

/** A request to create event E of one hour at level 2 for everybody in summer-shed. */
export function aRequest(changes: Partial<UtilityRequest> = {}): UtilityRequest {
  const request = {
    requestId: '',
    requester: 'rest',
    action: 'create' as const,
    programId: 'summer-shed',
    theirEventId: 'E',
    modificationNumber: 0,
    intervals: [{ startMs: 10 * HOUR_MS, endMs: 11 * HOUR_MS, level: '2', valueW: null }],
    targets: [],
    test: 'none' as const,
    priority: 0,
    targetW: null,
    openEnded: false,
    hold: null,
    reason: 'test',
    bodyHash: '',
    eventId: '',
    revision: 0,
    ...changes,
  }
  return { ...request, requestId: request.requestId || JSON.stringify(request) }
}
