/** Puts a request on the log and answers with what the interpreter made of it. */
import type { UtilityEvent, UtilityRequest } from '../../schemas/utility.ts'
import { utilityRequests } from '../../topics/catalogue.ts'
import { appendOrProblem, limitOf, type RestDeps } from './deps.ts'
import { ProblemError } from './problem.ts'

/** The record that the request led to; undefined = the interpreter has not said anything in time. 422 with its reason when it refused. */
export async function askInterpreter(deps: RestDeps, request: UtilityRequest): Promise<UtilityEvent | undefined> {
  // A request that is on the log already is not written again: its outcome is the answer.
  if (deps.book.offsetOf(request.requestId) === undefined) await appendOrProblem(deps, utilityRequests, request)
  const event = await deps.book.outcomeOf(request.requestId, limitOf(deps))
  if (event?.kind === 'refused') throw new ProblemError(422, event.refusal ?? 'refused', { faults: [event.refusal ?? 'refused'] })
  return event
}
