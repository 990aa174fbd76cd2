/** Client-credentials tokens (RFC 6749 4.4; openadr3.yaml, /auth/server and /auth/token): found, renewed, given up, never shown. */
import { describe, expect, it } from 'vitest'
import type { Revision } from '../../../../gateway/openadr3/revision.ts'
import { anHour, eventually, HOUR_MS, type Rig, secret } from '../rig.ts'
import { aRig, isOdd, stopRigs } from './understood.ts'

stopRigs()
const credentials = { clientId: 'herd-client', clientSecret: secret }
const guarded = (revision: Revision, tokenS = 3600) => aRig(revision, { vtn: { credentials, tokenS } })
const paths = (rig: Rig): readonly string[] => rig.vtn.requests().map(({ path }) => path)

describe.each(['3.0', '3.1'] as const)('%s: a token', (revision) => {
  it('is asked for once, and used for everything', async () => {
    const rig = await guarded(revision)
    rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const ven = rig.join({ credentials })
    await rig.polled(ven)
    expect(rig.vtn.tokens.given()).toBe(1)
    expect(rig.kinds()).toHaveLength(1)
    expect(paths(rig).includes('auth/server')).toBe(revision === '3.1')
  })

  it('is asked for with the scope that was set', async () => {
    const rig = await guarded(revision)
    await rig.polled(rig.join({ credentials: { ...credentials, scope: 'read_all write_reports' } }))
    expect(rig.vtn.requests().find(({ path }) => path === 'auth/token')?.body).toMatchObject({ scope: 'read_all write_reports' })
  })

  it('is renewed before it expires', async () => {
    const rig = await guarded(revision, 10)
    const ven = rig.join({ credentials })
    await eventually(() => expect(rig.vtn.tokens.given()).toBeGreaterThan(2))
    expect(ven.state().trouble).toEqual({})
    expect(rig.vtn.requests().filter(({ status }) => status === 401)).toEqual([])
  })

  it('that the VTN has withdrawn is replaced once, and the poll goes on', async () => {
    if (revision === '3.0') isOdd(/^401 to GET events: is no answer of 3.0/)
    const rig = await guarded(revision)
    const ven = rig.join({ credentials })
    await rig.polled(ven)
    rig.vtn.tokens.revoke()
    await rig.polled(ven)
    expect(rig.vtn.tokens.given()).toBe(2)
    expect(ven.state().trouble).toEqual({})
  })

  it('that is refused again and again is not asked for in a storm', async () => {
    const rig = await guarded(revision)
    const ven = rig.join({ credentials, waits: { firstBackoffMs: 100, capBackoffMs: 100 } })
    rig.vtn.misbehave('programs', { status: 401, body: '{}' }, 1000)
    await eventually(() => expect(ven.state().trouble.poll?.failures).toBeGreaterThan(2))
    const { failures = 0 } = ven.state().trouble.poll ?? {}
    expect(rig.vtn.tokens.given()).toBeLessThanOrEqual(failures * 2 + 2)
    rig.vtn.behave()
    await rig.polled(ven)
    expect(ven.state().trouble).toEqual({})
  })

  it('for a wrong secret is no reason to show that secret, even if the VTN does', async () => {
    const rig = await guarded(revision)
    const wrong = { ...credentials, clientSecret: 'wrong but still nobody’s business' }
    rig.vtn.misbehave('auth/token', { status: 400, body: JSON.stringify({ error: 'invalid_client', detail: wrong.clientSecret }) }, 1000)
    const ven = rig.join({ credentials: wrong })
    await eventually(() => expect(ven.state().trouble.poll?.failures).toBeGreaterThan(1))
    expect(ven.state().trouble.poll?.detail).toContain('invalid_client')
    expect(rig.logged()).toContain('invalid_client')
    expect(rig.logged() + JSON.stringify(ven.state())).not.toContain(wrong.clientSecret)
    expect(
      rig
        .signals()
        .map(({ body }) => String(body))
        .join(),
    ).not.toContain(wrong.clientSecret)
  })

  it('never stands in the log or on a topic', async () => {
    const rig = await guarded(revision)
    await rig.polled(rig.join({ credentials }))
    const written =
      rig.logged() +
      rig
        .signals()
        .map(({ body }) => String(body))
        .join()
    expect(written).not.toContain(secret)
    expect(written).not.toContain('token-1')
  })

  it.each([
    ['no JSON', '<html>'],
    ['no token in it', '{"token_type":"Bearer"}'],
    ['a type of token that is not Bearer', '{"access_token":"x","token_type":"MAC"}'],
  ])('answer with %s is trouble, and tried again', async (_, body) => {
    const rig = await guarded(revision)
    rig.vtn.misbehave('auth/token', { status: 200, body }, 2)
    const ven = rig.join({ credentials })
    await eventually(() => expect(rig.logged()).toContain('auth/token'))
    await rig.polled(ven)
    expect(ven.state().trouble).toEqual({})
  })

  it('is not asked for where no credentials are set', async () => {
    const rig = await aRig(revision)
    await rig.polled(rig.join())
    expect(paths(rig).filter((path) => path.startsWith('auth'))).toEqual([])
  })
})

describe('3.1: the address of tokens', () => {
  it('falls back to /auth/token where the VTN has no /auth/server', async () => {
    const rig = await guarded('3.1')
    rig.vtn.misbehave('auth/server', { status: 404, body: '{}' }, 1)
    await rig.polled(rig.join({ credentials }))
    expect(rig.vtn.tokens.given()).toBe(1)
  })

  it('may be set, and then nobody is asked for it', async () => {
    const rig = await guarded('3.1')
    await rig.polled(rig.join({ credentials: { ...credentials, tokenUrl: `${rig.vtn.url}auth/token` } }))
    expect(paths(rig)).not.toContain('auth/server')
  })

  it('that is less guarded than the VTN gets no secret', async () => {
    const rig = await guarded('3.1')
    rig.vtn.misbehave('auth/server', { status: 200, body: '{"tokenURL":"ftp://nowhere.example/token"}' }, 1000)
    const ven = rig.join({ credentials })
    await eventually(() => expect(ven.state().trouble.poll?.detail).toContain('is not https'))
    expect(rig.vtn.tokens.given()).toBe(0)
  })
})
