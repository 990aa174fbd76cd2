/** Operators answer the utility by REST: approve, decline, and see what waits. */
import { beforeEach, expect, it } from 'vitest'
import { programsChanges, utilityRequests } from '../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { createRestRig, HOUR_MS, nowMs, type RestRig } from './rig.ts'

let rig: RestRig
let eventId: string
beforeEach(async () => {
  rig = await createRestRig()
  const terms = someTerms({ optPolicy: 'operator', optDeadlineS: 600, optDefault: 'optOut' })
  await rig.log.writer.append(programsChanges, aProgramChange({ changeId: 'asks', terms }))
  const intervals = [{ startMs: nowMs + HOUR_MS, endMs: nowMs + 2 * HOUR_MS, level: '2', valueW: null }]
  const { body } = await rig.call('POST', '/events', { programId: 'summer-shed', theirEventId: 'E', intervals }, { as: 'utility' })
  expect(body).toMatchObject({ opt: null, optDeadlineMs: nowMs + 600_000 })
  eventId = String(body.eventId)
})
const waiting = async () =>
  ((await rig.call('GET', '/events?awaiting=true')).body.events as { eventId: string }[]).map((event) => event.eventId)

it.each([
  ['approve', 'optIn', 'approved by operator: cool day'],
  ['decline', 'optOut', 'declined by operator: cool day'],
])('%s answers %s', async (word, opt, optDetail) => {
  expect(await waiting()).toEqual([eventId])
  const answer = await rig.call('POST', `/events/${eventId}/${word}`, { reason: 'cool day', revision: 1 })
  expect(answer).toMatchObject({ status: 200, body: { eventId, revision: 2, opt, optCause: 'operator', optDetail } })
  expect(await waiting()).toEqual([])
  expect((await rig.call('GET', `/events/${eventId}`)).body).toMatchObject({ opt })
  expect(rig.log.read(utilityRequests).at(-1)?.value).toMatchObject({ action: word, requester: 'operator', eventId })
})

it('keeps the event the utility’s own, to change and to cancel', async () => {
  await rig.call('POST', `/events/${eventId}/approve`, {})
  expect((await rig.call('DELETE', `/events/${eventId}`, undefined, { as: 'utility' })).body).toMatchObject({ kind: 'cancelled' })
})

it('is taken once by its Idempotency-Key', async () => {
  const call = () => rig.call('POST', `/events/${eventId}/approve`, {}, { headers: { 'idempotency-key': 'k' } })
  const first = await call()
  await rig.call('POST', `/events/${eventId}/decline`, {})
  expect((await call()).body).toEqual(first.body)
  expect((await rig.call('GET', `/events/${eventId}`)).body).toMatchObject({ opt: 'optOut', revision: 3 })
})

it('refuses to answer what was not looked at, by name', async () => {
  const answer = await rig.call('POST', `/events/${eventId}/approve`, { revision: 9 })
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'revision' }] } })
  expect((await rig.call('POST', `/events/${eventId}/approve`, { revision: 'one' })).body).toMatchObject({
    errors: [{ field: 'revision' }],
  })
  expect((await rig.call('POST', '/events/nobody/approve', {})).status).toBe(404)
  expect(await waiting()).toEqual([eventId])
})

it('lets operators answer only', async () => {
  for (const as of ['utility', 'analyst', 'owner'] as const)
    expect((await rig.call('POST', `/events/${eventId}/approve`, {}, { as })).status).toBe(403)
})

it.each(['awaiting=perhaps', 'limit=1001', 'limit=-1', 'skip=x'])('refuses ?%s by name', async (query) => {
  const answer = await rig.call('GET', `/events?${query}`)
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: query.split('=')[0] }] } })
})

it('gives events page by page', async () => {
  const all = (await rig.call('GET', '/events')).body.events as unknown[]
  expect((await rig.call('GET', '/events?limit=0')).body.events).toEqual([])
  expect((await rig.call('GET', '/events?skip=0&limit=1')).body.events).toEqual(all.slice(0, 1))
  expect((await rig.call('GET', '/events?skip=1')).body.events).toEqual(all.slice(1))
})
