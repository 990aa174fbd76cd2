/** GET /events: the events that are known, latest start first. */
import type { UtilityEvent } from '../../../schemas/utility.ts'
import type { RestContext } from '../access.ts'
import type { RestDeps } from '../deps.ts'
import { eventList } from '../event-bodies.ts'
import type { Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'

const MOST = 1000

/** A whole number of the query; 422 naming it otherwise. */
function countOf(context: RestContext, name: string, missing: number, most: number): number {
  const text = context.req.query(name)
  if (text === undefined) return missing
  const count = Number(text)
  if (/^\d{1,9}$/.test(text) && count <= most) return count
  throw new ProblemError(422, `${name}: expected a whole number up to ${most}; found "${text.slice(0, 40)}"`)
}

function isAwaiting(context: RestContext): boolean | undefined {
  const text = context.req.query('awaiting')
  if (text === undefined || text === 'true' || text === 'false') return text === undefined ? undefined : text === 'true'
  throw new ProblemError(422, `awaiting: expected true or false; found "${text.slice(0, 40)}"`)
}

export const awaitsAnswer = ({ kind, opt }: UtilityEvent): boolean => kind === 'event' && opt === null

function listEvents(context: RestContext, deps: RestDeps): Response {
  const token = context.get('token')
  const programId = context.req.query('programId')
  const awaiting = isAwaiting(context)
  const [skip, limit] = [countOf(context, 'skip', 0, 999_999_999), countOf(context, 'limit', MOST, MOST)]
  const events = [...deps.book.events.values()]
    .filter(
      (event) =>
        (programId === undefined || event.programId === programId) &&
        (awaiting === undefined || awaitsAnswer(event) === awaiting) &&
        (token.scope !== 'program' || token.programs.includes(event.programId)),
    )
    .sort((a, b) => b.startMs - a.startMs || (a.eventId < b.eventId ? -1 : 1))
  return context.json({ events: events.slice(skip, skip + limit) })
}

export const eventListOperation: Operation = {
  ...{ method: 'get', path: '/events', operationId: 'listEvents', scopes: ['operator', 'program', 'analyst'], handle: listEvents },
  about: 'Events that are known, cancelled ones too; a program token sees its programs only.',
  query: [
    { name: 'programId', about: 'Events of this program only.', schema: { type: 'string' } },
    { name: 'awaiting', about: 'Events that wait for an operator to approve or decline them, or the others.', schema: { type: 'boolean' } },
    { name: 'skip', about: 'So many are passed over.', schema: { type: 'integer', minimum: 0, default: 0 } },
    { name: 'limit', about: 'So many at most.', schema: { type: 'integer', minimum: 0, maximum: MOST, default: MOST } },
  ],
  answers: { 200: { about: 'The events.', body: eventList } },
}
