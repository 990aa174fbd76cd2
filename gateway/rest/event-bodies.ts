/** Bodies of events as REST takes and gives them, as schemas. */
import { list, of, record, string } from '../../schemas/avro.ts'
import { recordSchema } from '../../schemas/json-schema.ts'
import { operatorHold, utilityEvent, utilityRequest } from '../../schemas/utility.ts'
import type { Body } from './operation.ts'

/** What a request says where its sender says nothing. */
export const unasked = {
  intervals: [],
  targets: [],
  test: 'none',
  priority: 0,
  targetW: null,
  openEnded: false,
  hold: null,
  reason: '',
  eventId: '',
  revision: 0,
} as const

/** Fields of a request that are not its sender's to choose. */
export const notChosen = ['requestId', 'bodyHash', 'requester', 'action', 'modificationNumber', 'hold', 'eventId', 'revision'] as const

const { intervals: _, ...mayBeLeftOut } = unasked
const chosen = Object.fromEntries(
  Object.entries(utilityRequest.shape.fields).filter(([name]) => !(notChosen as readonly string[]).includes(name)),
)

/** POST /events: `theirEventId` names the event for its sender; without one it is made up. */
export const eventBody: Body = (define) =>
  define('EventRequest', () => recordSchema(chosen, 'An event that is asked for.', define, { ...mayBeLeftOut, theirEventId: 'made up' }))

/** PUT /events/{eventId}: the event as it is to be; program and id stay. */
export const changeBody: Body = (define) =>
  define('EventChange', () =>
    recordSchema(chosen, 'An event as it is to be from now on.', define, {
      ...mayBeLeftOut,
      programId: 'as it is',
      theirEventId: 'as it is',
    }),
  )

export const eventList = record('EventList', 'Events, latest start first.', { events: list(utilityEvent, 'Newest record of each.') })
export const holdList = record('HoldList', 'Operator stops in force.', { holds: list(operatorHold, 'Stops.') })

export const pendingAnswer = record('Pending', 'The request is recorded; what it means has not been said in time.', {
  requestId: string('The request; utility.events answers it.'),
  detail: string('What to expect.'),
})
export const health = record('Health', 'Whether this process serves.', {
  status: of({ shape: { of: 'enum', name: 'HealthStatus', doc: 'ok.', symbols: ['ok'] } }, 'ok.'),
})
