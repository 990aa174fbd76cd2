/** /events: asks for events, changes, cancels and answers them, and lists them. */
import { type UtilityEvent, type UtilityRequest, utilityEvent, utilityRequest } from '../../../schemas/utility.ts'
import { utilityRequests } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { type RestContext, requireProgram } from '../access.ts'
import { askInterpreter } from '../ask-interpreter.ts'
import type { RestDeps } from '../deps.ts'
import { changeBody, eventBody, notChosen, pendingAnswer, unasked } from '../event-bodies.ts'
import { type Named, nameRequest } from '../idempotency.ts'
import { type Operation, problem } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { readBody, readValue, refuseFields, withDefaults } from '../read-body.ts'
import type { Scope, Token } from '../tokens.ts'

/** The parts of a request that its sender does not choose. */
type Given = Named & Pick<UtilityRequest, 'requester' | 'action' | 'theirEventId' | 'modificationNumber'>

async function readRequest(context: RestContext, given: Given, defaults: Readonly<Record<string, unknown>> = {}): Promise<UtilityRequest> {
  const body = await readBody(context)
  refuseFields(body, notChosen)
  const { intervals: _, ...leftOut } = unasked
  const { theirEventId, ...fixed } = given
  return readValue(utilityRequest, withDefaults(body, { ...leftOut, ...defaults, theirEventId }, fixed))
}

/** What two requests for one event may not differ in to be the same. */
const meaning = ({
  programId,
  intervals,
  targetW,
  openEnded,
}: Pick<UtilityEvent, 'programId' | 'intervals' | 'targetW' | 'openEnded'>): string =>
  JSON.stringify([programId, intervals.map(({ startMs, endMs, level, valueW }) => [startMs, endMs, level, valueW]), targetW, openEnded])

export function findEvent(deps: RestDeps, token: Token, eventId: string): UtilityEvent {
  const event = deps.book.events.get(eventId)
  if (!event) throw new ProblemError(404, `eventId: there is no event "${eventId}"`)
  requireProgram(token, event.programId)
  return event
}

/** An event that a VTN sent is the VTN's: its next message would bring it back. */
function findOwnEvent(deps: RestDeps, token: Token, eventId: string): UtilityEvent {
  const event = findEvent(deps, token, eventId)
  if (event.signal?.topic !== utilityRequests.name)
    throw new ProblemError(
      409,
      `eventId: event "${eventId}" belongs to VTN "${event.vtnId}"; decline it, stop it with POST /holds, or at the VTN`,
    )
  return event
}

const eventIdOf = (context: RestContext): string => context.req.param('eventId') ?? ''

async function createEvent(context: RestContext, deps: RestDeps): Promise<Response> {
  const token = context.get('token')
  const named = await nameRequest(context)
  const given = { ...named, requester: token.name, action: 'create', theirEventId: named.requestId, modificationNumber: 0 } as const
  const request = await readRequest(context, given)
  requireProgram(token, request.programId)
  const known = deps.book.events.get(hashId(request.requester, request.programId, request.theirEventId))
  if (known?.kind === 'event' && deps.book.requestOf(named.requestId) === undefined) {
    if (meaning(known) !== meaning(request))
      throw new ProblemError(409, `theirEventId: "${request.theirEventId}" is there already; change it with PUT /events/${known.eventId}`)
    // With a key the answer has to stand on the log, so that it is the same for ever.
    if (named.bodyHash === '') return context.json(known, 200)
  }
  return askInterpreter(context, deps, named, { status: 201, make: () => request })
}

async function changeEvent(context: RestContext, deps: RestDeps): Promise<Response> {
  const event = findOwnEvent(deps, context.get('token'), eventIdOf(context))
  const named = await nameRequest(context)
  const { vtnId: requester, theirEventId, modificationNumber: before } = event
  const given = { ...named, requester, action: 'modify', theirEventId, modificationNumber: before + 1 } as const
  const request = await readRequest(context, given, { programId: event.programId })
  const moved = (['theirEventId', 'programId'] as const).filter((name) => request[name] !== event[name])
  if (moved.length > 0)
    throw new ProblemError(422, 'theirEventId and programId of an event stay as they are', {
      faults: moved.map((name) => `${name}: cannot be changed`),
    })
  return askInterpreter(context, deps, named, { status: 200, make: () => request })
}

async function cancelEvent(context: RestContext, deps: RestDeps): Promise<Response> {
  const token = context.get('token')
  const event = findOwnEvent(deps, token, eventIdOf(context))
  const named = await nameRequest(context)
  if (event.kind === 'cancelled' && named.bodyHash === '') return context.json(event, 200)
  const { programId, theirEventId, intervals, openEnded, targetW } = event
  const request: UtilityRequest = {
    ...unasked,
    ...named,
    ...{ requester: event.vtnId, action: 'cancel', modificationNumber: event.modificationNumber + 1 },
    ...{ programId, theirEventId, intervals, openEnded, targetW, reason: `cancelled by ${token.name}` },
  }
  return askInterpreter(context, deps, named, { status: 200, make: () => request })
}

const read: readonly Scope[] = ['operator', 'program', 'analyst']
const write: readonly Scope[] = ['operator', 'program']
const taken = { 202: { about: 'Recorded; not yet understood.', body: pendingAnswer } }
const unknown = { 404: problem('There is no such event.') }

/** 201 or 200 with the event as the interpreter took it, 422 with its refusal, 202 when it has not answered in time. */
export const eventOperations: readonly Operation[] = [
  {
    ...{ method: 'post', path: '/events', operationId: 'createEvent', scopes: write, idempotent: true, handle: createEvent },
    about: 'Asks devices of a program to change their load.',
    body: eventBody,
    example: { programId: 'summer-shed', intervals: [{ startMs: 1784134800000, endMs: 1784138400000, level: '2', valueW: null }] },
    answers: {
      201: { about: 'The event, as it is understood.', body: utilityEvent, headers: { location: 'Path of the event.' } },
      200: { about: 'The event is there already, with the same meaning.', body: utilityEvent },
      409: problem('Another event has this theirEventId.'),
      ...taken,
    },
  },
  {
    ...{ method: 'get', path: '/events/{eventId}', operationId: 'getEvent', scopes: read },
    about: 'The newest record of an event.',
    answers: { 200: { about: 'The event.', body: utilityEvent }, ...unknown },
    handle: (context, deps) => context.json(findEvent(deps, context.get('token'), eventIdOf(context))),
  },
  {
    ...{ method: 'put', path: '/events/{eventId}', operationId: 'changeEvent', scopes: write, idempotent: true, handle: changeEvent },
    about: 'Replaces what is asked; devices follow.',
    body: changeBody,
    answers: {
      200: { about: 'The event, changed.', body: utilityEvent },
      409: problem('The event belongs to a VTN.'),
      ...unknown,
      ...taken,
    },
  },
  {
    ...{ method: 'delete', path: '/events/{eventId}', operationId: 'cancelEvent', scopes: write, idempotent: true, handle: cancelEvent },
    about: 'Cancels an event; devices are released.',
    answers: {
      200: { about: 'The event, cancelled.', body: utilityEvent },
      409: problem('The event belongs to a VTN.'),
      ...unknown,
      ...taken,
    },
  },
]
