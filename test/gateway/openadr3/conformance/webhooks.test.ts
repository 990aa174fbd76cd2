/** Subscriptions with webhooks (schema subscription): the echo challenge, the bearer token, and hints that never replace the poll. */
import { describe, expect, it } from 'vitest'
import { createCallbackApp } from '../../../../gateway/openadr3/callback.ts'
import { freePort } from '../../../support/ports.ts'
import { anHour, eventually, HOUR_MS, type Rig } from '../rig.ts'
import { aRig, isOdd, stopRigs } from './understood.ts'

stopRigs()
const token = 'a token for callbacks'

async function aCallback() {
  const port = await freePort()
  return { url: `http://127.0.0.1:${port}/hooks/vtn-1`, port, token }
}
const subscriptions = (rig: Rig) => rig.vtn.objects.all('subscriptions')
const SELDOM = { pollMs: 24 * HOUR_MS }

describe.each(['3.0', '3.1'] as const)('%s: a subscription', (revision) => {
  it('is made once per program, and replaced by the next process', async () => {
    const rig = await aRig(revision)
    const callback = await aCallback()
    const first = rig.join({ callback })
    await eventually(() => expect(subscriptions(rig)).toHaveLength(1))
    expect(subscriptions(rig)[0]).toMatchObject({
      clientName: 'herd',
      programID: rig.program.id,
      objectOperations: [{ callbackUrl: callback.url, bearerToken: token }],
    })
    await rig.polled(first)
    await first.stop()
    rig.join({ callback: { ...callback, token: 'another' } })
    await eventually(() => expect(JSON.stringify(subscriptions(rig))).toContain('another'))
    expect(subscriptions(rig)).toHaveLength(1)
    expect(rig.vtn.violations()).toEqual([])
  })

  it('makes the next poll come at once', async () => {
    const rig = await aRig(revision)
    const ven = rig.join({ callback: await aCallback(), ...SELDOM })
    await eventually(() => expect(subscriptions(rig)).toHaveLength(1))
    const body = { programID: rig.program.id, ...anHour(rig.clock.nowMs() + HOUR_MS) }
    const made = await fetch(`${rig.vtn.url}events`, { method: 'POST', body: JSON.stringify(body) })
    const { id } = (await made.json()) as { id: string }
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
    await fetch(`${rig.vtn.url}events/${id}`, { method: 'DELETE' })
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} cancelled`]))
    expect(ven.state().trouble).toEqual({})
  })

  it('that the VTN takes and never serves loses nothing: polling is the truth', async () => {
    const rig = await aRig(revision, { vtn: { callsBack: false } })
    rig.join({ callback: await aCallback() })
    await eventually(() => expect(subscriptions(rig)).toHaveLength(1))
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
  })

  it('that the VTN refuses does not keep us from polling', async () => {
    const rig = await aRig(revision)
    rig.vtn.misbehave('POST subscriptions', { status: 500, body: '{"title":"Broken"}' }, 1000)
    rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const ven = rig.join({ callback: await aCallback() })
    await eventually(() => expect(ven.state().trouble.subscribe?.detail).toContain('500'))
    await rig.polled(ven)
    expect(rig.kinds()).toHaveLength(1)
    expect(rig.logged()).not.toContain(token)
  })
})

describe('a VTN', () => {
  it.each([404, 405, 501])('that answers subscriptions by %i has none, and is not asked again', async (status) => {
    const rig = await aRig('3.0')
    rig.vtn.misbehave('subscriptions', { status, body: '{}' }, 1000)
    const ven = rig.join({ callback: await aCallback() })
    await eventually(() => expect(rig.logged()).toContain('knows no subscriptions'))
    await rig.polled(ven)
    expect(rig.vtn.requests().filter(({ path }) => path === 'subscriptions')).toHaveLength(1)
    expect(ven.state().trouble).toEqual({})
  })

  it('of 3.0.0, which names operations by their methods, is subscribed in its own words', async () => {
    isOdd(/^(201 to )?POST subscriptions .*\/operations\/\d/)
    const rig = await aRig('3.0')
    rig.vtn.misbehave('POST subscriptions', { status: 400, body: '{}' }, 1)
    rig.join({ callback: await aCallback() })
    await eventually(() => expect(subscriptions(rig)).toHaveLength(1))
    expect(subscriptions(rig)[0]).toMatchObject({ objectOperations: [{ operations: ['POST', 'PUT', 'DELETE'] }] })
  })
})

describe('a callback', () => {
  let hints = 0
  const app = createCallbackApp({ token, onHint: () => void hints++ })
  const post = (body: string, authorization?: string) =>
    app.request('/hooks', { method: 'POST', body, ...(authorization === undefined ? {} : { headers: { authorization } }) })
  const notification = JSON.stringify({ objectType: 'EVENT', operation: 'CREATE', object: {} })

  it('answers the echo challenge with the same words', async () => {
    const answer = await app.request('/hooks?echo=it%20is%20me')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('it is me')
    expect(answer.headers.get('content-type')).toContain('text/plain')
  })

  it.each(['/hooks', `/hooks?echo=${'x'.repeat(2000)}`])('answers no other GET', async (path) => {
    expect((await app.request(path)).status).toBe(400)
  })

  it.each([
    ['with the token', notification, `Bearer ${token}`, 200, 1],
    ['encoded twice', JSON.stringify(notification), `Bearer ${token}`, 200, 1],
    ['without a token', notification, undefined, 401, 0],
    ['with another token', notification, 'Bearer another', 401, 0],
    ['with a token that only begins alike', notification, `Bearer ${token}s`, 401, 0],
    ['that is no JSON', 'hello', `Bearer ${token}`, 400, 0],
    ['that is no notification', '{"hello":1}', `Bearer ${token}`, 400, 0],
    ['that is too long', `"${'x'.repeat(1_100_000)}"`, `Bearer ${token}`, 413, 0],
  ] as const)('%s is answered as it deserves', async (_, body, authorization, status, more) => {
    hints = 0
    expect((await post(body, authorization)).status).toBe(status)
    expect(hints).toBe(more)
  })
})
