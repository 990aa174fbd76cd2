/** What was got is on the log, and how far: a successor goes on from there, asks for nothing twice, and knows what the day's quota has left. */
import { expect, onTestFinished, test } from 'vitest'
import { startInverter } from '../../../../connectors/inverter/role.ts'
import { telemetryPolls } from '../../../../topics/catalogue.ts'
import { someAttributes } from '../../../build/changes.ts'
import { keyed } from '../../../support/credentials.ts'
import { eventually } from '../../../support/eventually.ts'
import { startSolaredge } from '../../../vendors/solaredge.ts'
import { createWorld, energiesOf } from '../world.ts'

const HOUR_MS = 3_600_000
const QUARTER_MS = 900_000
const NOON_MS = Date.UTC(2026, 6, 1, 12)

const meterWh = (startMs: number): number => (startMs / QUARTER_MS) % 1_009

async function setUp(sites: number) {
  const world = createWorld({ protocol: 'inverter', startRole: startInverter, rate: 1_800, startMs: NOON_MS })
  const restated = new Map<number, number>()
  const energyWh = (startMs: number): number | null =>
    startMs + QUARTER_MS > world.clock.nowMs() ? null : (restated.get(startMs) ?? meterWh(startMs))
  const ids = Array.from({ length: sites }, (_, index) => String(index + 1))
  const vendor = await startSolaredge({ clock: world.clock, sites: new Map(ids.map((id) => [id, { id, zone: 'UTC', energyWh }])) })
  onTestFinished(vendor.stop)
  const registered = { protocol: 'inverter', vendor: 'solaredge', credential: 'own', cadenceS: 3600 } as const
  for (const id of ids) await world.enrol(`S-${id}`, someAttributes({ ...registered, extra: { vendorId: id } }))
  const has = (startMs: number, wh = meterWh(startMs)) =>
    ids.every((id) => energiesOf(world, `S-${id}`).get(`generation ${startMs}`) === wh)
  return { world, vendor, restated, has, credential: keyed('solaredge', vendor.baseUrl) }
}

test('sites are asked together, each has its own record, and its position goes to the last value', async () => {
  const { world, vendor, has, credential } = await setUp(20)
  await world.start(credential)
  await eventually('the morning', () => has(NOON_MS - HOUR_MS))
  expect(vendor.calls.length).toBeLessThanOrEqual(4)
  expect(vendor.calls.every(({ path }) => path.startsWith('sites/'))).toBe(true)
  const positions = world.log.read(telemetryPolls).flatMap(({ value }) => value ?? [])
  expect(positions.every(({ untilMs }) => untilMs % QUARTER_MS === 0 && untilMs > NOON_MS - HOUR_MS)).toBe(true)
  // One call is counted once.
  expect(positions.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(vendor.calls.length)
})

test('a successor records nothing that is on the log, and goes on where its predecessor was', async () => {
  const { world, has, credential } = await setUp(1)
  const first = await world.start(credential)
  await eventually('the morning', () => has(NOON_MS - HOUR_MS))
  await first.stop()
  await world.start(credential)
  await eventually('the next hours', () => has(NOON_MS + HOUR_MS))
  const bodies = world.log.read(world.connector.raw).map(({ value }) => value?.sha256)
  expect(new Set(bodies).size).toBe(bodies.length)
})

test('a value that the vendor corrects is recorded again, whole', async () => {
  const { world, has, restated, credential } = await setUp(1)
  await world.start(credential)
  await eventually('the morning', () => has(NOON_MS - HOUR_MS))
  restated.set(NOON_MS - HOUR_MS, 5_555)
  await eventually('the correction', () => has(NOON_MS - HOUR_MS, 5_555))
  expect(world.log.read(world.connector.raw).length).toBeGreaterThan(1)
})

test('what a predecessor used of the day is not there for its successor', async () => {
  const { world, vendor, credential } = await setUp(1)
  const position = { deviceId: 'S-1', stream: 'energy', credential: 'own', node: 'dead', calls: 300, days: [], digests: [] }
  const atMs = world.clock.nowMs()
  await world.log.writer.append(telemetryPolls, { ...position, atMs, untilMs: atMs - 6 * HOUR_MS, restatedMs: 0 })
  await world.start(credential)
  await eventually('two hours', () => world.clock.nowMs() > atMs + 2 * HOUR_MS)
  expect(vendor.calls).toEqual([])
})
