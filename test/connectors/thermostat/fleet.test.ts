/** Stories about many thermostats behind a vendor that counts calls: all are reached in time, the vendor is never asked too often, and who is late is told of. */
import { expect, onTestFinished, test } from 'vitest'
import { startThermostat } from '../../../connectors/thermostat/role.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { someAttributes } from '../../build/changes.ts'
import { refreshing } from '../../support/credentials.ts'
import { eventually } from '../../support/eventually.ts'
import { type EcobeeThermostat, startEcobee } from '../../vendors/ecobee.ts'
import { createWorld } from '../cloud/world.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** The vendor's minute is short: on a clock that runs so much faster, a call is seconds under way. */
const WINDOW_MS = 30_000

const attributesOf = (callsPerMinute: number): DeviceAttributes =>
  someAttributes({
    ...{ protocol: 'thermostat', vendor: 'ecobee', ratedW: 4_000, minimumW: 0, credential: 'own' },
    extra: { method: 'dutyCycle', callsPerMinute: String(callsPerMinute) },
  })

const quiet: Omit<EcobeeThermostat, 'id'> = {
  zone: 'UTC',
  isConnected: () => true,
  mode: () => 'cool',
  answering: () => 'accepts',
  runtimeS: () => null,
  deliveryMs: 0,
}

async function setUp(devices: number, callsPerMinute: number, rate: number, refused: readonly string[] = []) {
  const world = createWorld({ protocol: 'thermostat', startRole: (options) => startThermostat({ ...options, webhookPort: 0 }), rate })
  const thermostats = new Map<string, EcobeeThermostat>()
  const ids = Array.from({ length: devices }, (_, index) => `T-${index}`)
  for (const id of ids) {
    thermostats.set(id, { id, ...quiet, answering: () => (refused.includes(id) ? 'rejects' : 'accepts') })
    await world.enrol(id, attributesOf(callsPerMinute))
  }
  const vendor = await startEcobee({ clock: world.clock, thermostats, quotas: [{ calls: callsPerMinute, windowMs: WINDOW_MS }] })
  onTestFinished(vendor.stop)
  const credential = refreshing('ecobee', vendor.baseUrl, vendor.tokens.first.refreshToken)
  return { world, vendor, ids, credential }
}

type Given = Awaited<ReturnType<typeof setUp>>

const throttled = ({ vendor }: Given): number => vendor.calls.filter(({ status }) => status === 429).length

async function commandAll({ world, ids }: Given, seq: number, segments: readonly { startMs: number; endMs: number; limitW: number }[]) {
  for (const id of ids) await world.command(id, { seq, segments, expiresMs: segments[0]?.endMs ?? null })
}

test('5,000 thermostats are reached before an event in lists, within the quota of the vendor, and are released as fast', {
  timeout: 240_000,
}, async () => {
  const given = await setUp(5_000, 200, 60)
  const { world, vendor, ids, credential } = given
  const startMs = Math.ceil(world.clock.nowMs() / MINUTE_MS) * MINUTE_MS + 12 * HOUR_MS
  await commandAll(given, 1, [{ startMs, endMs: startMs + 2 * HOUR_MS, limitW: 2_000 }])
  await world.start(credential)
  await eventually('all to be accepted', () => world.devicesWith('accepted') === ids.length, 120_000)
  const creates = vendor.calls.filter(({ body }) => body.includes('"create"'))
  expect(creates.length).toBeLessThanOrEqual(202)
  expect(creates.every(({ atMs }) => atMs < startMs)).toBe(true)
  expect(ids.filter((id) => vendor.inForce(id, startMs).length !== 1)).toEqual([])
  await commandAll(given, 2, [])
  await eventually('all to be released', () => world.devicesWith('released') === ids.length, 120_000)
  expect(ids.filter((id) => vendor.inForce(id, startMs).length > 0)).toEqual([])
  expect(throttled(given)).toBe(0)
})

test('who can not be reached before the event is told of beforehand, and reached as early as the quota allows', async () => {
  const given = await setUp(500, 2, 300)
  const { world, ids, credential } = given
  const startMs = Math.ceil(world.clock.nowMs() / MINUTE_MS) * MINUTE_MS + 10 * MINUTE_MS
  await commandAll(given, 1, [{ startMs, endMs: startMs + HOUR_MS, limitW: 2_000 }])
  await world.start(credential)
  await eventually('some to be told of', () => world.devicesWith('delayed') > 0)
  const [told] = world.acks.filter(({ status }) => status === 'delayed')
  expect(told?.atMs).toBeLessThan(startMs)
  expect(told?.detail).toMatch(/\d+ calls up to it; due .+, after its start at /)
  await eventually('all to be accepted', () => world.devicesWith('accepted') === ids.length)
})

test('a thermostat that the vendor refuses does not hold up those of its list, and is left out of the next one', async () => {
  const given = await setUp(25, 600, 60, ['T-7'])
  const { world, vendor, credential } = given
  const startMs = Math.ceil(world.clock.nowMs() / MINUTE_MS) * MINUTE_MS + HOUR_MS
  const segment = (limitW: number) => [{ startMs, endMs: startMs + HOUR_MS, limitW }]
  await commandAll(given, 1, segment(2_000))
  await world.start(credential)
  await eventually('the others to be accepted', () => world.devicesWith('accepted') === 24 && world.devicesWith('rejected') === 1)
  const before = vendor.calls.length
  await commandAll(given, 2, segment(1_000))
  await eventually(
    'the others to be changed',
    () => world.acks.filter(({ status, seq }) => status === 'accepted' && seq === 2).length === 24,
  )
  const lists = vendor.calls.slice(before).filter(({ body }) => body.includes('"create"'))
  expect(lists.length).toBeLessThanOrEqual(4)
  expect(world.acks.filter(({ status }) => status === 'rejected').every(({ deviceId }) => deviceId === 'T-7')).toBe(true)
})
