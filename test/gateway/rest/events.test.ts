/** Events and holds by REST: answered with what the interpreter made of them. */
import { beforeEach, expect, it } from 'vitest'
import { utilityEvents, utilityRequests } from '../../../topics/catalogue.ts'
import { anEvent } from '../../build/events.ts'
import { createRestRig, HOUR_MS, nowMs, type RestRig } from './rig.ts'

let rig: RestRig
beforeEach(async () => {
  rig = await createRestRig()
})

const interval = (hours = 1, level = '2') => ({ startMs: nowMs + HOUR_MS, endMs: nowMs + (1 + hours) * HOUR_MS, level, valueW: null })
const wanted = (change: object = {}) => ({ programId: 'summer-shed', theirEventId: 'E', intervals: [interval()], ...change })
const create = (change: object = {}, options: Parameters<RestRig['call']>[3] = {}) => rig.call('POST', '/events', wanted(change), options)
const requests = () => rig.log.read(utilityRequests).flatMap(({ value }) => value ?? [])
const kinds = () => rig.log.read(utilityEvents).map(({ value }) => value?.kind)

it('creates an event and says where it is', async () => {
  const answer = await create()
  expect(answer).toMatchObject({
    status: 201,
    body: { kind: 'event', revision: 1, programId: 'summer-shed', theirEventId: 'E', vtnId: 'operator', targets: [{ kind: 'all' }] },
  })
  expect(answer.headers.get('location')).toBe(`/events/${answer.body.eventId}`)
  expect(requests()).toMatchObject([{ action: 'create', requester: 'operator', modificationNumber: 0 }])
  expect(await rig.call('GET', `/events/${answer.body.eventId}`, undefined, { as: 'analyst' })).toMatchObject({
    status: 200,
    body: answer.body,
  })
})

it('changes an event, and cancels it once', async () => {
  const { eventId } = (await create()).body
  const changed = await rig.call('PUT', `/events/${eventId}`, { intervals: [interval(2)] }, { as: 'colleague' })
  expect(changed).toMatchObject({ status: 200, body: { eventId, revision: 2, modificationNumber: 1, endMs: nowMs + 3 * HOUR_MS } })
  expect(await rig.call('DELETE', `/events/${eventId}`)).toMatchObject({ status: 200, body: { eventId, kind: 'cancelled', revision: 3 } })
  expect(await rig.call('DELETE', `/events/${eventId}`)).toMatchObject({ status: 200, body: { kind: 'cancelled', revision: 3 } })
  expect(kinds()).toEqual(['event', 'event', 'cancelled'])
  expect(requests().map(({ requester }) => requester)).toEqual(['operator', 'operator', 'operator'])
})

it.each([
  ['an unknown program', { programId: 'nobody' }, 'programId'],
  ['a level without meaning', { intervals: [interval(1, '9')] }, 'intervals[0].level'],
  ['intervals that overlap', { intervals: [interval(), interval(2)] }, 'intervals[1].startMs'],
])('refuses %s with the words of the interpreter', async (_, change, field) => {
  const answer = await create(change)
  expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining(`${field}:`) } })
  expect(kinds()).toEqual(['refused'])
  expect((await rig.call('GET', '/events')).body).toEqual({ events: [] })
})

it.each([
  ['without intervals', { intervals: undefined }, 'intervals: is missing'],
  ['with a time in words', { intervals: [{ ...interval(), startMs: 'noon' }] }, 'intervals[0].startMs: expected a whole number'],
  ['with a field that is not its own', { requester: 'the utility' }, 'requester: is not taken from the body'],
  ['with a field that does not exist', { prioriti: 1 }, 'prioriti: is not a field'],
])('does not put a request %s on the log', async (_, change, fault) => {
  const answer = await create(change)
  expect(answer).toMatchObject({ status: 422, body: { faults: [expect.stringContaining(fault)] } })
  expect(requests()).toEqual([])
})

it('takes a request once by its Idempotency-Key, also after a restart', async () => {
  const options = { headers: { 'idempotency-key': 'k-1' } }
  const first = await create({ theirEventId: undefined }, options)
  expect(first.status).toBe(201)
  const second = await create({ theirEventId: undefined }, options)
  await rig.reopen()
  const third = await create({ theirEventId: undefined }, options)
  expect([second.body, third.body]).toEqual([first.body, first.body])
  expect(requests()).toHaveLength(1)
})

it('gives different events to different keys, callers and requests without a key', async () => {
  const ids = [
    await create({ theirEventId: undefined }, { headers: { 'idempotency-key': 'k-1' } }),
    await create({ theirEventId: undefined }, { headers: { 'idempotency-key': 'k-1' }, as: 'utility' }),
    await create({ theirEventId: undefined }, { headers: { 'idempotency-key': 'k-2' } }),
    await create({ theirEventId: undefined }),
    await create({ theirEventId: undefined }),
  ].map(({ body }) => body.eventId)
  expect(new Set(ids).size).toBe(5)
})

it('gives the same event for the same words again, and refuses others under its id', async () => {
  const first = await create()
  expect(await create()).toMatchObject({ status: 200, body: first.body })
  expect(await create({ intervals: [interval(3)] })).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining(`PUT /events/${first.body.eventId}`) },
  })
  expect(requests()).toHaveLength(1)
})

it('says 202 while the interpreter is silent, and takes the request all the same', async () => {
  rig = await createRestRig({ limitMs: 20 })
  rig.driven.hold(true)
  const answer = await create()
  expect(answer).toMatchObject({ status: 202, body: { requestId: requests()[0]?.requestId } })
  rig.driven.hold(false)
  expect(kinds()).toEqual(['event'])
})

it('knows no event that is not there', async () => {
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect((await rig.call(method, '/events/nobody', method === 'PUT' ? {} : undefined)).status).toBe(404)
})

it('leaves the events of a VTN to the VTN', async () => {
  await rig.log.writer.append(
    utilityEvents,
    anEvent({ eventId: 'theirs', signal: { topic: 'utility.signals.v1', partition: 0, offset: 3 } }),
  )
  await expect.poll(async () => (await rig.call('GET', '/events/theirs')).status).toBe(200)
  const answer = await rig.call('DELETE', '/events/theirs')
  expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('VTN "vtn-1"') } })
})

it('shows a program token its own programs only, and lists the latest first', async () => {
  await create()
  await create({ theirEventId: 'later', intervals: [{ ...interval(), startMs: nowMs + 5 * HOUR_MS, endMs: nowMs + 6 * HOUR_MS }] })
  await rig.log.writer.append(utilityEvents, anEvent({ eventId: 'other', programId: 'winter', startMs: 0, endMs: 1 }))
  await expect.poll(async () => ((await rig.call('GET', '/events')).body.events as unknown[]).length).toBe(3)
  const names = async (path: string, as: 'operator' | 'utility') =>
    ((await rig.call('GET', path, undefined, { as })).body.events as { theirEventId: string }[]).map(({ theirEventId }) => theirEventId)
  expect(await names('/events', 'operator')).toEqual(['later', 'E', 'other'])
  expect(await names('/events', 'utility')).toEqual(['later', 'E'])
  expect(await names('/events?programId=winter', 'operator')).toEqual(['other'])
  expect((await rig.call('GET', '/events/other', undefined, { as: 'utility' })).status).toBe(403)
  expect((await create({ programId: 'winter' }, { as: 'utility' })).status).toBe(403)
})

it('holds and lets go', async () => {
  const held = await rig.call('POST', '/holds', { scope: 'vendor', id: 'acme', reason: 'recall' })
  expect(held).toMatchObject({ status: 201, body: { kind: 'hold', hold: { scope: 'vendor', id: 'acme' } } })
  expect((await rig.call('GET', '/holds')).body).toEqual({ holds: [{ scope: 'vendor', id: 'acme' }] })
  expect(requests()).toMatchObject([{ action: 'hold', reason: 'recall', requester: 'operator' }])
  expect(await rig.call('DELETE', '/holds', { scope: 'vendor', id: 'acme' })).toMatchObject({ status: 200, body: { kind: 'unhold' } })
  expect((await rig.call('GET', '/holds')).body).toEqual({ holds: [] })
})

it.each([
  [{}, 'scope: is missing'],
  [{ scope: 'planet', id: 'x' }, 'scope: expected one of'],
  [{ scope: 'vendor' }, 'id: is missing'],
  [{ scope: 'all', id: 'x' }, 'id: must be left out'],
])('refuses the hold %j', async (body, fault) => {
  const answer = await rig.call('POST', '/holds', body)
  expect(answer.status).toBe(422)
  expect(answer.text).toContain(fault)
  expect(requests()).toEqual([])
})
