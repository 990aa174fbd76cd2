/** Puts a request on the log and answers with what the interpreter made of it. */
import type { UtilityEvent, UtilityRequest } from '../../schemas/utility.ts'
import { utilityRequests } from '../../topics/catalogue.ts'
import type { RestContext } from './access.ts'
import { appendOrProblem, limitOf, type RestDeps } from './deps.ts'
import { type Named, requireSameBody } from './idempotency.ts'
import { ProblemError } from './problem.ts'

/** The record that the request led to; undefined = the interpreter has not said anything in time. 422 with its reason when it refused. */
async function outcomeOf(deps: RestDeps, named: Named): Promise<UtilityEvent | undefined> {
  const event = await deps.book.outcomeOf(named.requestId, limitOf(deps))
  // Two bodies under one key may have come at once: the first one on the log counts.
  requireSameBody(named, deps.book.requestOf(named.requestId))
  if (event?.kind === 'refused') throw new ProblemError(422, event.refusal ?? 'refused', { faults: [event.refusal ?? 'refused'] })
  return event
}

export interface Asking {
  /** Status of the answer; a request that changed nothing is answered with 200. */
  readonly status: 200 | 201
  /** Makes the request; not called where it stands on the log already. */
  readonly make: () => UtilityRequest | Promise<UtilityRequest>
}

/** The answer to a request: the same again for the same Idempotency-Key, also after a restart. */
export async function askInterpreter(context: RestContext, deps: RestDeps, named: Named, { status, make }: Asking): Promise<Response> {
  const earlier = deps.book.requestOf(named.requestId)
  requireSameBody(named, earlier)
  if (!earlier) await appendOrProblem(deps, utilityRequests, await make())
  const event = await outcomeOf(deps, named)
  if (!event) return context.json({ requestId: named.requestId, detail: 'recorded; the interpreter has not answered yet' }, 202)
  if (status === 201 && !event.again && event.kind === 'event') context.header('location', `/events/${event.eventId}`)
  return context.json(event, event.again ? 200 : status)
}
