/** Nodes share the devices partition by partition: what one leaves another goes on with, and nothing is done twice. */
import { expect, onTestFinished, test } from 'vitest'
import { startInverter } from '../../../connectors/inverter/role.ts'
import { someAttributes } from '../../build/changes.ts'
import { keyed, refreshing } from '../../support/credentials.ts'
import { eventually } from '../../support/eventually.ts'
import { type EnphaseSite, startEnphase } from '../../vendors/enphase.ts'
import { createWorld } from './world.ts'

const HOUR_MS = 3_600_000
const DEVICES = 40

async function setUp() {
  const world = createWorld({ protocol: 'inverter', startRole: startInverter, rate: 60 })
  const ids = Array.from({ length: DEVICES }, (_, index) => `B-${index}`)
  const sites = new Map<string, EnphaseSite>()
  for (const id of ids) {
    sites.set(id, { id, deliveryMs: 0, isConnected: () => true, answering: () => 'accepts', energyWh: () => null })
    const registered = { protocol: 'inverter', vendor: 'enphase', ratedW: 10_000, minimumW: 0, credential: 'own' } as const
    await world.enrol(id, someAttributes({ ...registered, extra: { vppProgram: 'vpp-1', plan: 'gigawatt' } }))
  }
  const vendor = await startEnphase({ clock: world.clock, sites })
  onTestFinished(vendor.stop)
  return { world, vendor, ids, credential: refreshing('enphase', vendor.baseUrl, vendor.tokens.first.refreshToken) }
}

test('two nodes divide the devices, and when one stops the other does the rest', async () => {
  const { world, vendor, ids, credential } = await setUp()
  const [one, other] = [await world.start(credential, { node: 'one' }), await world.start(credential, { node: 'other' })]
  await eventually('each to have its share', () => one.stats().partitions === 1 && other.stats().partitions === 1)
  const startMs = world.clock.nowMs() + HOUR_MS
  for (const id of ids) await world.command(id, { seq: 1, segments: [{ startMs, endMs: startMs + HOUR_MS, limitW: 5_000 }] })
  await eventually('all to be accepted', () => world.devicesWith('accepted') === DEVICES)
  const nodes = world.acks.filter(({ status }) => status === 'accepted').map(({ node }) => node)
  expect(new Set(nodes)).toEqual(new Set(['inverter@one', 'inverter@other']))
  await one.stop()
  for (const id of ids) await world.command(id, { seq: 2, segments: [] })
  await eventually('all to be released', () => world.devicesWith('released') === DEVICES)
  expect(ids.filter((id) => vendor.inForce(id, startMs).length > 0)).toEqual([])
  expect(ids.filter((id) => vendor.events.filter(({ siteIds }) => siteIds.includes(id)).length !== 1)).toEqual([])
})

test('a node whose folder has no entry of its vendors works no partition and calls nobody', async () => {
  const { world, vendor, ids, credential } = await setUp()
  const idle = await world.start(keyed('of another protocol', vendor.baseUrl), { node: 'idle' })
  for (const id of ids) await world.command(id, { seq: 1 })
  const busy = await world.start(credential, { node: 'busy' })
  await eventually('all to be accepted', () => world.devicesWith('accepted') === DEVICES)
  expect([idle.stats().partitions, busy.stats().partitions]).toEqual([0, 2])
  expect(new Set(world.acks.map(({ node }) => node))).toEqual(new Set(['inverter@busy']))
})
