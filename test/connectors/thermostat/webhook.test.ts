/** What a vendor tells over its webhook is on the log before it is answered: once, signed, whichever node it came to; and it shows what people do. */
import { expect, onTestFinished, test } from 'vitest'
import { type RunningThermostat, startThermostat } from '../../../connectors/thermostat/role.ts'
import { enrollmentChanges, rejectedRecords, telemetryRaw } from '../../../topics/catalogue.ts'
import { someAttributes } from '../../build/changes.ts'
import { refreshing } from '../../support/credentials.ts'
import { eventually } from '../../support/eventually.ts'
import { sendWebhook } from '../../support/webhook.ts'
import { type ResideoThermostat, type ResideoValues, startResideo } from '../../vendors/resideo.ts'
import { createWorld } from '../cloud/world.ts'

const HOUR_MS = 3_600_000
const FOUND: ResideoValues = { mode: 'Cool', heatSetpoint: 18, coolSetpoint: 24, thermostatSetpointStatus: 'NoHold' }

async function setUp() {
  const world = createWorld({ protocol: 'thermostat', startRole: (options) => startThermostat({ ...options, webhookPort: 0 }), rate: 60 })
  const { clock } = world
  const values = { id: 'v-1', units: 'Celsius', values: FOUND, history: [] } as const
  const thermostat: ResideoThermostat = { ...values, history: [], isAlive: () => true, answering: () => 'accepts' }
  const vendor = await startResideo({ clock, thermostats: new Map([['v-1', thermostat]]) })
  onTestFinished(vendor.stop)
  const extra = { vendorId: 'v-1', locationId: 'home', callsPerMinute: '600', coolW: '3600', heatW: '0' }
  await world.enrol('T-1', someAttributes({ protocol: 'thermostat', vendor: 'resideo', ratedW: 4_000, credential: 'own', extra }))
  const role = (await world.start(refreshing('resideo', vendor.baseUrl, vendor.tokens.first.refreshToken))) as RunningThermostat
  const send = (events: readonly object[] | string, changes: Partial<Parameters<typeof sendWebhook>[3]> = {}) =>
    sendWebhook(role.webhookPort, 'own', typeof events === 'string' ? events : { events }, { nowMs: clock.nowMs(), ...changes })
  const raw = () => world.log.read(telemetryRaw.thermostat).flatMap(({ value }) => value ?? [])
  return { world, clock, vendor, thermostat, role, send, raw }
}

const runtime = (eventId: string, changes: object = {}) => ({
  ...{ eventId, eventTime: '2026-07-01T12:05:00Z', deviceId: 'v-1', type: 'runtime', startTime: '2026-07-01T12:00:00Z', cool: [300] },
  ...changes,
})

test('an event is one record of its device, with the powers that it is read by, and a repetition is none', async () => {
  const { send, raw } = await setUp()
  expect(await send([runtime('e-1')])).toBe(204)
  expect(await send([runtime('e-1'), runtime('e-2')])).toBe(204)
  expect(raw().map(({ deviceId, kind }) => [deviceId, kind])).toEqual(Array(2).fill(['T-1', 'webhook.runtime']))
  expect(raw()[0]?.contentType).toContain('cool-w="3600"')
  expect(JSON.parse(String(raw()[0]?.body))).toEqual(runtime('e-1'))
})

test('what is not signed, is signed by another, or is old, is not heard', async () => {
  const { send, raw, clock, role } = await setUp()
  expect(await send([runtime('e-1')], { signature: 'sha256=00' })).toBe(401)
  expect(await send([runtime('e-1')], { secret: 'another secret altogether' })).toBe(401)
  expect(await send([runtime('e-1')], { nowMs: clock.nowMs() - HOUR_MS })).toBe(401)
  expect(await sendWebhook(role.webhookPort, 'nobody', { events: [runtime('e-1')] }, { nowMs: clock.nowMs() })).toBe(401)
  expect(raw()).toEqual([])
})

test('what can not be used is kept with its reason, and what is no message at all is refused', async () => {
  const { send, raw, world } = await setUp()
  expect(await send([runtime('e-1', { deviceId: 'stranger' }), runtime('e-2', { type: 'astrology' }), runtime('e-3')])).toBe(204)
  expect(raw()).toHaveLength(1)
  const refused = world.log.read(rejectedRecords).map(({ value }) => value?.detail)
  expect(refused).toEqual([expect.stringContaining('stranger'), expect.stringContaining('astrology')])
  expect(await send('nonsense')).toBe(400)
})

test('what could not be recorded is to be sent again, and counts then', async () => {
  const { send, raw, world } = await setUp()
  world.log.failWith('the log is full')
  expect(await send([runtime('e-1')])).toBe(503)
  world.log.failWith(undefined)
  expect(await send([runtime('e-1')])).toBe(204)
  expect(raw()).toHaveLength(1)
})

test('a dial that is turned during an event is an opt-out at once; an older message that comes later changes nothing, and nothing is fought', async () => {
  const { send, world, clock, vendor, thermostat } = await setUp()
  const startMs = clock.nowMs()
  await world.command('T-1', { seq: 1, segments: [{ startMs, endMs: startMs + HOUR_MS, limitW: 2_000 }] })
  await eventually('the set-point at the thermostat', () => thermostat.values.coolSetpoint === 26)
  await eventually('a look that shows it', () => world.devicesWith('applied') === 1)
  const settings = (eventId: string, changeableValues: ResideoValues, atMs: number) => ({
    ...{ eventId, deviceId: 'v-1', type: 'settings', eventTime: new Date(atMs).toISOString() },
    thermostat: { units: 'Celsius', isAlive: true, changeableValues },
  })
  const before = settings('e-1', thermostat.values, clock.nowMs())
  vendor.turn('v-1', { coolSetpoint: 21 })
  const turnedMs = clock.nowMs() + 1_000
  expect(await send([settings('e-2', thermostat.values, turnedMs)])).toBe(204)
  await eventually('the opt-out', () => world.log.read(enrollmentChanges).length > 0)
  expect(await send([before, settings('e-3', thermostat.values, turnedMs + 1_000)])).toBe(204)
  await world.command('T-1', { seq: 2, segments: [] })
  await eventually('the release', () => world.devicesWith('released') === 1)
  expect(world.log.read(enrollmentChanges).map(({ value }) => value)).toEqual([
    expect.objectContaining({ kind: 'optedOut', deviceId: 'T-1', eventId: 'event-1', actor: 'device' }),
  ])
  expect(thermostat.values.coolSetpoint).toBe(21)
  expect(thermostat.history.filter(({ by }) => by === 'api')).toHaveLength(1)
})
