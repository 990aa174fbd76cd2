/** /holds: operator stops over everything, a program, a vendor or a place. */
import { added, of, record, string } from '../../../schemas/avro.ts'
import { holdScope, type OperatorHold, type UtilityRequest, utilityEvent } from '../../../schemas/utility.ts'
import type { RestContext } from '../access.ts'
import { askInterpreter } from '../ask-interpreter.ts'
import type { RestDeps } from '../deps.ts'
import { holdList, pendingAnswer, unasked } from '../event-bodies.ts'
import { nameRequest } from '../idempotency.ts'
import type { Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { readBody, readValue } from '../read-body.ts'

const holdRequest = record('HoldRequest', 'A hold as it is asked for.', {
  scope: of(holdScope, 'What is stopped.'),
  id: added(string('Program, vendor or place; left out with scope all.'), ''),
  reason: added(string('Why.'), ''),
})

async function readHold(context: RestContext): Promise<{ readonly hold: OperatorHold; readonly reason: string }> {
  const { scope, id, reason } = readValue(holdRequest, await readBody(context))
  if (scope === 'all' && id !== '') throw new ProblemError(422, 'id: must be left out with scope all')
  if (scope !== 'all' && id === '') throw new ProblemError(422, `id: is missing: which ${scope}`)
  return { hold: { scope, id }, reason }
}

const askFor =
  (action: 'hold' | 'unhold') =>
  async (context: RestContext, deps: RestDeps): Promise<Response> => {
    const { hold, reason } = await readHold(context)
    const named = await nameRequest(context)
    const request: UtilityRequest = {
      ...unasked,
      ...named,
      ...{ requester: context.get('token').name, action, theirEventId: named.requestId, modificationNumber: 0 },
      ...{ programId: hold.scope === 'program' ? hold.id : '', openEnded: true, hold, reason },
    }
    return askInterpreter(context, deps, named, { status: action === 'hold' ? 201 : 200, make: () => request })
  }

const pending = { 202: { about: 'Recorded; not yet in force.', body: pendingAnswer } }

/** A hold stops what is in force and what comes; DELETE ends it. */
export const holdOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/holds', operationId: 'listHolds', scopes: ['operator', 'analyst'] },
    about: 'Operator stops in force.',
    answers: { 200: { about: 'The stops.', body: holdList } },
    handle: (context, deps) => context.json({ holds: [...deps.book.holds.values()].map(({ hold }) => hold) }),
  },
  {
    ...{ method: 'post', path: '/holds', operationId: 'hold', scopes: ['operator'], idempotent: true, handle: askFor('hold') },
    about: 'Stops what is in force and what comes; devices are released.',
    body: holdRequest,
    answers: { 201: { about: 'The stop.', body: utilityEvent }, ...pending },
  },
  {
    ...{ method: 'delete', path: '/holds', operationId: 'unhold', scopes: ['operator'], idempotent: true, handle: askFor('unhold') },
    about: 'Ends a stop.',
    body: holdRequest,
    answers: { 200: { about: 'The stop, ended.', body: utilityEvent }, ...pending },
  },
]
