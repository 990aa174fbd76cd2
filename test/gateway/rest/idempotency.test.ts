/** Idempotency-Key: the same key and body have the same answer, also after a restart; another body is refused. */
import { beforeEach, describe, expect, it } from 'vitest'
import { programsChanges, utilityEvents, utilityRequests } from '../../../topics/catalogue.ts'
import { someTerms } from '../../build/terms.ts'
import { createRestRig, HOUR_MS, nowMs, type RestRig } from './rig.ts'

let rig: RestRig
beforeEach(async () => {
  rig = await createRestRig()
})

const interval = (hours = 1) => ({ startMs: nowMs + HOUR_MS, endMs: nowMs + (1 + hours) * HOUR_MS, level: '2', valueW: null })
const anEvent = (hours = 1) => ({ programId: 'summer-shed', theirEventId: 'E', intervals: [interval(hours)] })
const keyed = (key: string, as: 'operator' | 'colleague' = 'operator') => ({ as, headers: { 'idempotency-key': key } })
const requests = () => rig.log.read(utilityRequests).flatMap(({ value }) => value ?? [])

/** The same call three times, the last after a restart; all answers must be the first one. */
async function thrice(method: string, path: string, body: unknown, key = 'k') {
  const first = await rig.call(method, path, body, keyed(key))
  const before = requests().length
  const second = await rig.call(method, path, body, keyed(key))
  await rig.reopen()
  const third = await rig.call(method, path, body, keyed(key))
  for (const { status, body: again } of [second, third]) expect([status, again]).toEqual([first.status, first.body])
  expect(requests()).toHaveLength(before)
  return first
}

describe('the same key and body', () => {
  it('create one event, and give its first record even when it has changed since', async () => {
    const first = await rig.call('POST', '/events', anEvent(), keyed('k'))
    await rig.call('PUT', `/events/${first.body.eventId}`, { intervals: [interval(3)] })
    expect(await thrice('POST', '/events', anEvent())).toMatchObject({ status: 201, body: first.body })
    expect(first.body).toMatchObject({ revision: 1 })
  })

  it('change an event once', async () => {
    const { eventId } = (await rig.call('POST', '/events', anEvent())).body
    expect(await thrice('PUT', `/events/${eventId}`, { intervals: [interval(2)] })).toMatchObject({ status: 200, body: { revision: 2 } })
    expect(requests()).toHaveLength(2)
  })

  it('cancel an event once', async () => {
    const { eventId } = (await rig.call('POST', '/events', anEvent())).body
    expect(await thrice('DELETE', `/events/${eventId}`, undefined)).toMatchObject({ status: 200, body: { kind: 'cancelled', revision: 2 } })
  })

  it('hold once', async () => {
    expect(await thrice('POST', '/holds', { scope: 'all' })).toMatchObject({ status: 201, body: { kind: 'hold' } })
    expect(rig.log.read(utilityEvents)).toHaveLength(1)
  })

  it('are refused again where they were refused', async () => {
    const body = { ...anEvent(), programId: 'nobody' }
    expect(await thrice('POST', '/events', body)).toMatchObject({ status: 422, body: { errors: [{ field: 'programId' }] } })
    expect(requests()).toHaveLength(1)
  })

  it('record one version of terms', async () => {
    const body = { programId: 'winter', effectiveFromMs: nowMs, terms: someTerms() }
    const first = await thrice('POST', '/programs', body)
    expect(first).toMatchObject({ status: 201, body: { programId: 'winter', offset: 1 } })
    expect(rig.log.read(programsChanges)).toHaveLength(2)
  })

  it('find the event that is there already, and say so the same way ever after', async () => {
    const { body } = await rig.call('POST', '/events', anEvent())
    expect(await thrice('POST', '/events', anEvent())).toMatchObject({ status: 200, body: { eventId: body.eventId, again: true } })
  })

  it('are one request when they come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => rig.call('POST', '/events', anEvent(), keyed('k'))))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(rig.log.read(utilityEvents)).toHaveLength(1)
  })
})

describe('the same key and another body', () => {
  const refused = { status: 422, body: { errors: [{ field: 'idempotency-key', detail: expect.stringContaining('another body') }] } }

  it.each([
    ['POST', '/events', anEvent(), anEvent(2)],
    ['POST', '/holds', { scope: 'all' }, { scope: 'vendor', id: 'acme' }],
    [
      'POST',
      '/programs',
      { programId: 'w', effectiveFromMs: 1, terms: someTerms() },
      { programId: 'w', effectiveFromMs: 2, terms: someTerms() },
    ],
  ])('are refused at %s %s, also after a restart', async (method, path, body, other) => {
    expect((await rig.call(method, path, body, keyed('k'))).status).toBe(201)
    expect(await rig.call(method, path, other, keyed('k'))).toMatchObject(refused)
    await rig.reopen()
    expect(await rig.call(method, path, other, keyed('k'))).toMatchObject(refused)
    expect((await rig.call(method, path, body, keyed('k'))).status).toBe(201)
  })

  it('are refused when they come at once: one of them is taken', async () => {
    const answers = await Promise.all([
      rig.call('POST', '/events', anEvent(), keyed('k')),
      rig.call('POST', '/events', anEvent(2), keyed('k')),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
    expect(rig.log.read(utilityEvents)).toHaveLength(1)
  })

  it('are two requests for two callers', async () => {
    await rig.call('POST', '/holds', { scope: 'all' }, keyed('k'))
    expect((await rig.call('POST', '/holds', { scope: 'vendor', id: 'acme' }, keyed('k', 'colleague'))).status).toBe(201)
  })
})

it.each(['', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
  const answer = await rig.call('POST', '/events', anEvent(), keyed(key))
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'idempotency-key' }] } })
  expect(requests()).toEqual([])
})

it('takes a request that waits for its answer once, and gives the answer when it is there', async () => {
  rig = await createRestRig({ limitMs: 20 })
  rig.driven.hold(true)
  expect((await rig.call('POST', '/events', anEvent(), keyed('k'))).status).toBe(202)
  expect((await rig.call('POST', '/events', anEvent(), keyed('k'))).status).toBe(202)
  rig.driven.hold(false)
  expect((await rig.call('POST', '/events', anEvent(), keyed('k'))).status).toBe(201)
  expect(requests()).toHaveLength(1)
})
