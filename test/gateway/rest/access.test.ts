/** Who gets in, and how REST says no: tokens, scopes, and problems. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureTokens, findToken, readTokens } from '../../../gateway/rest/tokens.ts'
import { enrollmentChanges, programsChanges, utilityRequests } from '../../../topics/catalogue.ts'
import { createRestRig, type RestRig, tokens } from './rig.ts'

describe('the file of tokens', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokens-'))
    file = join(folder, 'secrets', 'tokens.json')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is made once, for its owner only, with different tokens each time', () => {
    ensureTokens(file)
    const first = readFileSync(file, 'utf8')
    ensureTokens(file)
    expect(readFileSync(file, 'utf8')).toBe(first)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const known = readTokens(file)
    expect(known.map(({ name, scope }) => `${name} ${scope}`)).toEqual(['operator operator', 'analyst analyst'])
    expect(new Set(known.map(({ token }) => token)).size).toBe(2)
    ensureTokens(join(folder, 'other.json'))
    expect(readFileSync(join(folder, 'other.json'), 'utf8')).not.toBe(first)
  })

  it('is not taken when others may read it', () => {
    ensureTokens(file)
    chmodSync(file, 0o644)
    expect(() => readTokens(file)).toThrow(`${file}: others may read it`)
  })

  it.each([
    ['a token that could be guessed', [{ name: 'a', token: 'short', scope: 'analyst' }], 'token'],
    ['an unknown scope', [{ name: 'a', token: 'x'.repeat(24), scope: 'king' }], 'scope'],
    ['an owner of nothing', [{ name: 'a', token: 'x'.repeat(24), scope: 'deviceOwner' }], 'devices'],
    ['two of one name', [1, 2].map((n) => ({ name: 'a', token: String(n).repeat(24), scope: 'analyst' })), 'names must differ'],
  ])('is refused with %s, naming the field', (_, list, word) => {
    ensureTokens(file)
    writeFileSync(file, JSON.stringify({ tokens: list }))
    expect(() => readTokens(file)).toThrow(new RegExp(`tokens\\.json[\\s\\S]*${word}`))
  })

  it('finds a token by all of its letters', () => {
    const all = Object.values(tokens)
    expect(findToken(all, tokens.utility.token)?.name).toBe('utility')
    expect(findToken(all, tokens.utility.token.slice(0, -1))).toBeUndefined()
    expect(findToken(all, '')).toBeUndefined()
  })
})

let rig: RestRig
beforeEach(async () => {
  rig = await createRestRig()
})
const written = () =>
  [enrollmentChanges, utilityRequests].flatMap((topic) => rig.log.read(topic as typeof utilityRequests)).length +
  rig.log.read(programsChanges).length -
  1

it('is healthy for everybody, and shows its metrics to those who may read', async () => {
  expect(await rig.call('GET', '/health', undefined, { as: null })).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect((await rig.call('GET', '/metrics', undefined, { as: null })).status).toBe(401)
  await rig.call('GET', '/events')
  const { text, status } = await rig.call('GET', '/metrics', undefined, { as: 'analyst' })
  expect(status).toBe(200)
  expect(text).toContain('drover_rest_request_seconds_count{method="GET",route="/events",status="200"} 1')
})

const routes = [
  ['POST', '/programs'],
  ['POST', '/enrollment-changes'],
  ['GET', '/events'],
  ['GET', '/events/x'],
  ['POST', '/events'],
  ['PUT', '/events/x'],
  ['DELETE', '/events/x'],
  ['GET', '/holds'],
  ['POST', '/holds'],
  ['DELETE', '/holds'],
] as const

it.each(routes)('%s %s needs a token that is known', async (method, path) => {
  const body = method === 'GET' ? undefined : {}
  for (const headers of [{}, { authorization: 'Bearer nobody' }, { authorization: 'Basic b3BlcmF0b3I6' }]) {
    const answer = await rig.call(method, path, body, { as: null, headers })
    expect(answer).toMatchObject({ status: 401, body: { status: 401, type: 'about:blank', instance: path } })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  }
  expect(written()).toBe(0)
})

it.each([
  ['analyst', ['GET /events', 'GET /events/x', 'GET /holds']],
  ['owner', ['POST /enrollment-changes']],
  ['utility', ['POST /programs', 'GET /events', 'GET /events/x', 'POST /events', 'PUT /events/x', 'DELETE /events/x']],
  ['operator', routes.map(([method, path]) => `${method} ${path}`)],
] as const)('%s reaches what its scope says and nothing else', async (as, reach) => {
  for (const [method, path] of routes) {
    const { status } = await rig.call(method, path, method === 'GET' ? undefined : {}, { as })
    if ((reach as readonly string[]).includes(`${method} ${path}`)) expect([200, 404, 422], `${method} ${path}`).toContain(status)
    else expect(status, `${method} ${path}`).toBe(403)
  }
  expect(written()).toBe(0)
})

it.each([
  ['is no JSON', '{"a":', { 'content-type': 'application/json' }, 400],
  ['says that it is XML', '<a/>', { 'content-type': 'application/xml' }, 415],
  ['is a list where an object is needed', '[]', {}, 422],
  ['is nothing', 'null', {}, 422],
  ['is nested without end', `${'['.repeat(500_000)}${']'.repeat(500_000)}`, {}, 422],
  ['hides that in a field', `{"intervals":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, {}, 422],
  ['is longer than two megabytes', `"${'x'.repeat(2_000_000)}"`, {}, 413],
] as const)('refuses a body that %s', async (_, body, headers, status) => {
  const answer = await rig.call('POST', '/events', body, { headers })
  expect(answer).toMatchObject({ status, body: { status, title: expect.any(String), detail: expect.any(String) } })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(written()).toBe(0)
})

it('says in the same form that a route does not exist', async () => {
  expect(await rig.call('GET', '/nowhere')).toMatchObject({ status: 404, body: { instance: '/nowhere', detail: 'GET /nowhere' } })
})

it('answers a fault of its own without a word of where it stands, and records it', async () => {
  rig.registry.metrics = () => Promise.reject(new TypeError('a secret place'))
  const answer = await rig.call('GET', '/metrics')
  expect(answer).toMatchObject({ status: 500, body: { status: 500, instance: '/metrics' } })
  expect(answer.text).not.toMatch(/secret place|TypeError|\.ts/)
  expect(rig.lines.join('')).toContain('a secret place')
})

it('never logs a token', async () => {
  await rig.call('POST', '/holds', { scope: 'all' })
  await rig.call('GET', '/events', undefined, { as: null, headers: { authorization: 'Bearer a-token-nobody-knows-here' } })
  rig.log.failWith('the log is down')
  await rig.call('POST', '/holds', { scope: 'program', id: 'summer-shed' })
  for (const { token } of Object.values(tokens)) expect(rig.lines.join('')).not.toContain(token)
  expect(rig.lines.join('')).not.toContain('a-token-nobody-knows-here')
})
