/** /events/{eventId}/approve and decline: what an operator answers the utility about an event. */
import { added, int, record, string } from '../../../schemas/avro.ts'
import { type UtilityRequest, utilityEvent } from '../../../schemas/utility.ts'
import type { RestContext } from '../access.ts'
import { askInterpreter } from '../ask-interpreter.ts'
import type { RestDeps } from '../deps.ts'
import { pendingAnswer, unasked } from '../event-bodies.ts'
import { nameRequest } from '../idempotency.ts'
import { type Operation, problem } from '../operation.ts'
import { readBody, readValue } from '../read-body.ts'
import { findEvent } from './events.ts'

const word = record('Word', 'What an operator says about an event.', {
  reason: added(string('Why; kept on the log.'), ''),
  revision: added(int('Revision that was looked at: another one by now is refused; 0 = whatever it is.'), 0),
})

const answerWith =
  (action: 'approve' | 'decline') =>
  async (context: RestContext, deps: RestDeps): Promise<Response> => {
    const token = context.get('token')
    const named = await nameRequest(context)
    const { eventId, programId, theirEventId, modificationNumber } = findEvent(deps, token, context.req.param('eventId') ?? '')
    const { reason, revision } = readValue(word, await readBody(context))
    const about = { programId, theirEventId, modificationNumber, eventId }
    const request: UtilityRequest = { ...unasked, ...named, ...about, requester: token.name, action, reason, revision }
    return askInterpreter(context, deps, named, { status: 200, make: () => request })
  }

const operation = (action: 'approve' | 'decline', about: string): Operation => ({
  ...{ method: 'post', path: `/events/{eventId}/${action}`, operationId: `${action}Event`, scopes: ['operator'], idempotent: true },
  about,
  body: word,
  answers: {
    200: { about: 'The event with its answer.', body: utilityEvent },
    202: { about: 'Recorded; not yet understood.', body: pendingAnswer },
    404: problem('There is no such event.'),
  },
  handle: answerWith(action),
})

export const eventAnswerOperations: readonly Operation[] = [
  operation('approve', 'Answers optIn to the utility; devices are called.'),
  operation('decline', 'Answers optOut to the utility; devices that know of the event are released.'),
]
