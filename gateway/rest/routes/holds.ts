/** /holds: operator stops over everything, a program, a vendor or a place. */
import type { Hono } from 'hono'
import { of, record, string } from '../../../schemas/avro.ts'
import { holdScope, type OperatorHold, type UtilityRequest } from '../../../schemas/utility.ts'
import { allow, type RestContext, type RestEnv } from '../access.ts'
import { askInterpreter } from '../ask-interpreter.ts'
import type { RestDeps } from '../deps.ts'
import { ProblemError } from '../problem.ts'
import { readBody, readValue, withDefaults } from '../read-body.ts'
import { requestIdOf } from '../request-id.ts'

const holdRequest = record('HoldRequest', 'A hold as it is asked for.', {
  scope: of(holdScope, 'What is stopped.'),
  id: string('Program, vendor or place; left out with scope all.'),
  reason: string('Why.'),
})

async function readHold(context: RestContext): Promise<{ readonly hold: OperatorHold; readonly reason: string }> {
  const { scope, id, reason } = readValue(holdRequest, withDefaults(await readBody(context), { id: '', reason: '' }))
  if (scope === 'all' && id !== '') throw new ProblemError(422, 'id: must be left out with scope all')
  if (scope !== 'all' && id === '') throw new ProblemError(422, `id: is missing: which ${scope}`)
  return { hold: { scope, id }, reason }
}

async function askFor(action: 'hold' | 'unhold', context: RestContext, deps: RestDeps): Promise<Response> {
  const { hold, reason } = await readHold(context)
  const requestId = requestIdOf(context)
  const request: UtilityRequest = {
    requestId,
    requester: context.get('token').name,
    action,
    programId: hold.scope === 'program' ? hold.id : '',
    theirEventId: requestId,
    modificationNumber: 0,
    intervals: [],
    targets: [],
    test: 'none',
    priority: 0,
    targetW: null,
    openEnded: true,
    hold,
    reason,
    bodyHash: '',
    eventId: '',
    revision: 0,
  }
  const event = await askInterpreter(deps, request)
  if (!event) return context.json({ requestId, detail: 'recorded; the interpreter has not answered yet' }, 202)
  return context.json(event, action === 'hold' ? 201 : 200)
}

/** A hold stops what is in force and what comes; DELETE ends it. */
export function addHoldRoutes(app: Hono<RestEnv>, deps: RestDeps): void {
  const write = allow(deps.tokens, 'operator')
  app.get('/holds', allow(deps.tokens, 'operator', 'analyst'), (context) =>
    context.json({ holds: [...deps.book.holds.values()].map(({ hold }) => hold) }),
  )
  app.post('/holds', write, (context) => askFor('hold', context, deps))
  app.delete('/holds', write, (context) => askFor('unhold', context, deps))
}
