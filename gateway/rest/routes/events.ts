/** /events: asks for events, changes and cancels them, and lists them. */
import type { Hono } from 'hono'
import { type UtilityEvent, type UtilityRequest, utilityRequest } from '../../../schemas/utility.ts'
import { utilityRequests } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { allow, type RestContext, type RestEnv, requireProgram } from '../access.ts'
import { askInterpreter } from '../ask-interpreter.ts'
import type { RestDeps } from '../deps.ts'
import { ProblemError } from '../problem.ts'
import { readBody, readValue, refuseFields, withDefaults } from '../read-body.ts'
import { requestIdOf } from '../request-id.ts'
import type { Token } from '../tokens.ts'

const leftOut = { targets: [], test: 'none', priority: 0, targetW: null, openEnded: false, hold: null, reason: '' }

/** The parts of a request that its sender does not choose. */
type Given = Pick<UtilityRequest, 'requestId' | 'requester' | 'action' | 'theirEventId' | 'modificationNumber'>

async function readRequest(context: RestContext, given: Given, defaults: Readonly<Record<string, unknown>> = {}): Promise<UtilityRequest> {
  const body = await readBody(context)
  refuseFields(body, ['requestId', 'requester', 'action', 'modificationNumber', 'hold'])
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

function answer(context: RestContext, request: UtilityRequest, event: UtilityEvent | undefined, status: 200 | 201): Response {
  if (!event) return context.json({ requestId: request.requestId, detail: 'recorded; the interpreter has not answered yet' }, 202)
  if (status === 201) context.header('location', `/events/${event.eventId}`)
  return context.json(event, status)
}

function findEvent(deps: RestDeps, token: Token, eventId: string): UtilityEvent {
  const event = deps.book.events.get(eventId)
  if (!event) throw new ProblemError(404, `there is no event "${eventId}"`)
  requireProgram(token, event.programId)
  return event
}

/** An event that a VTN sent is the VTN's: its next message would bring it back. */
function findOwnEvent(deps: RestDeps, token: Token, eventId: string): UtilityEvent {
  const event = findEvent(deps, token, eventId)
  if (event.signal?.topic !== utilityRequests.name)
    throw new ProblemError(409, `event "${eventId}" belongs to VTN "${event.vtnId}"; stop it with POST /holds, or at the VTN`)
  return event
}

async function createEvent(context: RestContext, deps: RestDeps): Promise<Response> {
  const token = context.get('token')
  const requestId = requestIdOf(context)
  const given = { requestId, requester: token.name, action: 'create', theirEventId: requestId, modificationNumber: 0 } as const
  const request = await readRequest(context, given)
  requireProgram(token, request.programId)
  const known = deps.book.events.get(hashId(request.requester, request.programId, request.theirEventId))
  if (known?.kind === 'event' && deps.book.offsetOf(requestId) === undefined) {
    if (meaning(known) === meaning(request)) return context.json(known, 200)
    throw new ProblemError(409, `theirEventId: "${request.theirEventId}" is there already; change it with PUT /events/${known.eventId}`)
  }
  return answer(context, request, await askInterpreter(deps, request), 201)
}

async function changeEvent(context: RestContext, deps: RestDeps, eventId: string): Promise<Response> {
  const event = findOwnEvent(deps, context.get('token'), eventId)
  const given = {
    requestId: requestIdOf(context),
    requester: event.vtnId,
    action: 'modify',
    theirEventId: event.theirEventId,
    modificationNumber: event.modificationNumber + 1,
  } as const
  const request = await readRequest(context, given, { programId: event.programId })
  if (request.theirEventId !== event.theirEventId || request.programId !== event.programId)
    throw new ProblemError(422, 'theirEventId and programId of an event stay as they are', {
      faults: ['theirEventId, programId: cannot be changed'],
    })
  return answer(context, request, await askInterpreter(deps, request), 200)
}

async function cancelEvent(context: RestContext, deps: RestDeps, eventId: string): Promise<Response> {
  const token = context.get('token')
  const event = findOwnEvent(deps, token, eventId)
  if (event.kind === 'cancelled') return context.json(event, 200)
  const { programId, theirEventId, intervals, openEnded, targetW } = event
  const request: UtilityRequest = {
    requestId: requestIdOf(context),
    requester: event.vtnId,
    action: 'cancel',
    programId,
    theirEventId,
    modificationNumber: event.modificationNumber + 1,
    intervals,
    targets: [],
    test: 'none',
    priority: 0,
    targetW,
    openEnded,
    hold: null,
    reason: `cancelled by ${token.name}`,
    bodyHash: '',
    eventId: '',
    revision: 0,
  }
  return answer(context, request, await askInterpreter(deps, request), 200)
}

function listEvents(context: RestContext, deps: RestDeps): Response {
  const token = context.get('token')
  const programId = context.req.query('programId')
  const events = [...deps.book.events.values()]
    .filter(
      (event) =>
        (programId === undefined || event.programId === programId) &&
        (token.scope !== 'program' || token.programs.includes(event.programId)),
    )
    .sort((a, b) => b.startMs - a.startMs || (a.eventId < b.eventId ? -1 : 1))
  return context.json({ events: events.slice(0, 1000) })
}

/** 201 or 200 with the event as the interpreter took it, 422 with its refusal, 202 when it has not answered in time. */
export function addEventRoutes(app: Hono<RestEnv>, deps: RestDeps): void {
  const write = allow(deps.tokens, 'operator', 'program')
  const read = allow(deps.tokens, 'operator', 'program', 'analyst')
  app.get('/events', read, (context) => listEvents(context, deps))
  app.get('/events/:id', read, (context) => context.json(findEvent(deps, context.get('token'), context.req.param('id'))))
  app.post('/events', write, (context) => createEvent(context, deps))
  app.put('/events/:id', write, (context) => changeEvent(context, deps, context.req.param('id')))
  app.delete('/events/:id', write, (context) => cancelEvent(context, deps, context.req.param('id')))
}
