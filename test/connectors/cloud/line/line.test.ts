/** A line over real sockets: identified, renewed once, patient with a vendor that is down, slow, or says that it is enough. */
import { expect, onTestFinished, test } from 'vitest'
import { credentialFolder } from '../../../../connectors/cloud/credentials/files.ts'
import { silentInstruments } from '../../../../connectors/cloud/instruments.ts'
import { openLine } from '../../../../connectors/cloud/line/line.ts'
import { enphase } from '../../../../connectors/inverter/enphase/adapter.ts'
import { someAttributes } from '../../../build/changes.ts'
import { credentialsDir, refreshing } from '../../../support/credentials.ts'
import { startEnphase } from '../../../vendors/enphase.ts'
import type { Mood } from '../../../vendors/http.ts'

const NOW_MS = Date.UTC(2026, 6, 1, 12)
const call = { method: 'GET', path: 'v2/events', query: { site_ids: 'site' } } as const

async function setUp(timeoutMs = 10_000) {
  const clock = { now: NOW_MS, nowMs: () => clock.now, rate: 1 }
  const site = { id: 'site', isConnected: () => true, energyWh: () => null, answering: () => 'accepts' as const, deliveryMs: 0 }
  const vendor = await startEnphase({ clock, sites: new Map([['site', site]]) })
  onTestFinished(() => vendor.stop())
  const folder = credentialsDir({ c: refreshing('enphase', vendor.baseUrl, vendor.tokens.first.refreshToken) })
  const limits = { timeoutMs, maxBytes: 100_000 }
  const declaration = enphase.declare(someAttributes({ extra: { plan: 'gigawatt' } }))
  let freed = 0
  const line = openLine({
    ...{ name: 'c', adapter: enphase, declaration, folder: credentialFolder(folder), clock, limits, instruments: silentInstruments },
    share: () => 1,
    onFree: () => {
      freed += 1
    },
  })
  const kindOf = async (mood: Mood = 'well'): Promise<string> => {
    vendor.mood = mood
    const { kind } = await line.reserve('watch').send(call)
    vendor.mood = 'well'
    return kind
  }
  return { clock, vendor, line, kindOf, freed: () => freed }
}

test('calls are identified, and the token is asked for once however many begin together', async () => {
  const { vendor, line } = await setUp()
  const replies = await Promise.all(Array.from({ length: 4 }, () => line.reserve('watch').send(call)))
  expect(replies.map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered', 'answered'])
  expect(vendor.tokens.refreshed()).toBe(1)
  expect(vendor.calls.filter(({ path }) => path === 'v2/events').every(({ headers }) => headers.key === 'api-key-1')).toBe(true)
})

test('a token that the vendor does not take any more is renewed once; a vendor that still does not know us is left alone', async () => {
  const { vendor, line, kindOf, clock } = await setUp()
  expect(await kindOf()).toBe('answered')
  vendor.tokens.revoke()
  expect(await kindOf()).toBe('answered')
  expect(vendor.tokens.refreshed()).toBe(2)
  vendor.tokens.isClosed = true
  expect(await kindOf()).toBe('unauthorised')
  expect(line.roomAt('release')).toMatchObject({ why: 'the vendor does not answer' })
  expect(line.roomAt('release').atMs).toBeGreaterThan(clock.nowMs())
})

test.each([
  ['hangs', 'unknown'],
  ['deaf', 'unknown'],
  ['html', 'unknown'],
  ['errors', 'unknown'],
  ['throttles', 'throttled'],
] as const)('a vendor that %s: %s', async (mood, kind) => {
  const { kindOf } = await setUp(1_000)
  expect(await kindOf()).toBe('answered')
  expect(await kindOf(mood)).toBe(kind)
})

test('a vendor where nobody listens was not reached; after some tries it is left alone, and one call finds that it is back', async () => {
  const { clock, vendor, line, kindOf } = await setUp()
  expect(await kindOf()).toBe('answered')
  await vendor.stop()
  for (let tries = 0; tries < 4; tries += 1) expect(await kindOf()).toBe('unreached')
  const { atMs } = line.roomAt('release')
  expect(atMs).toBeGreaterThan(clock.nowMs())
  await vendor.start()
  clock.now = atMs
  const probe = line.reserve('watch').send(call)
  expect(line.roomAt('release').atMs).toBe(Number.POSITIVE_INFINITY)
  expect((await probe).kind).toBe('answered')
  expect(line.roomAt('release').atMs).toBe(clock.nowMs())
})

test('no more calls are under way than declared, and whoever waits is told when one came back', async () => {
  const { clock, line, freed } = await setUp()
  const calls = Array.from({ length: 4 }, () => line.reserve('watch').send(call))
  expect(line.roomAt('release')).toEqual({ atMs: Number.POSITIVE_INFINITY, why: 'calls are under way' })
  await Promise.all(calls)
  expect(line.roomAt('release').atMs).toBe(clock.nowMs())
  expect(freed()).toBe(4)
})

test('room is taken when it is reserved, however long the call is prepared, and is there again when it is given back', async () => {
  const { clock, line, freed } = await setUp()
  const passages = Array.from({ length: 4 }, () => line.reserve('watch'))
  expect(line.roomAt('release').atMs).toBe(Number.POSITIVE_INFINITY)
  for (const passage of passages) passage.giveBack()
  passages[0]?.giveBack()
  expect(line.roomAt('release').atMs).toBe(clock.nowMs())
  expect(freed()).toBe(4)
  for (let calls = 0; calls < 2_000; calls += 1) line.reserve('watch').giveBack()
  expect(line.roomAt('watch').atMs).toBe(clock.nowMs())
})

test('no secret is in what a failure says', async () => {
  const { vendor, line } = await setUp()
  await vendor.stop()
  const reply = await line.reserve('watch').send(call)
  expect(JSON.stringify(reply)).not.toMatch(/secret|token-1|api-key/)
})
