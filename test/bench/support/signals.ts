/** What a utility asks for in the bench, on utility.requests. */
import type { UtilityRequest } from '../../../schemas/utility.ts'
import { utilityRequests } from '../../../topics/catalogue.ts'
import { aRequest } from '../../build/request.ts'
import type { Fleet } from './fleet.ts'
import type { Stage } from './stage.ts'

const HOUR_MS = 3_600_000
let asked = 0

const inTwoHours = (): number => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS

/** A request for an event of one hour for the whole fleet; each call makes another event. */
export function requestFor({ programId }: Fleet, startMs = inTwoHours()): UtilityRequest {
  asked++
  return aRequest({
    requestId: `bench-${asked}`,
    requester: 'bench',
    programId,
    theirEventId: `event-${asked}`,
    intervals: [{ startMs, endMs: startMs + HOUR_MS, level: '2', valueW: null }],
    reason: 'bench',
  })
}

export const cancellationOf = (request: UtilityRequest): UtilityRequest => ({
  ...request,
  requestId: `${request.requestId}-cancelled`,
  action: 'cancel',
  modificationNumber: 1,
})

/** Resolves when it is durable. */
export const ask = ({ writer }: Stage, request: UtilityRequest): Promise<unknown> => writer.append(utilityRequests, request)
