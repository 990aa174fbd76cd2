/** The fleet of batteries: its books are exact and repeatable, and what it reports through the real connector is what it metered. */
import { expect, onTestFinished, test } from 'vitest'
import { startInverter } from '../../../connectors/inverter/role.ts'
import { enrollmentChanges } from '../../../topics/catalogue.ts'
import { createWorld, energiesOf } from '../../connectors/cloud/world.ts'
import { eventually } from '../../support/eventually.ts'
import { startBatteryFleet } from './fleet.ts'

const HOUR_MS = 3_600_000
const QUARTER_MS = 900_000
const DAY_MS = 24 * HOUR_MS
const NOON_MS = Date.UTC(2026, 6, 1, 12)
const mix = { ignores: 0.1, rejects: 0.1, late: 0.2, gaps: 0.3, leaves: 0.2 }

const quartersOf = (fromMs: number, untilMs: number): readonly number[] =>
  Array.from({ length: (untilMs - fromMs) / QUARTER_MS }, (_, index) => fromMs + index * QUARTER_MS)

test('quarter hours add up to the day, and another seed is another fleet', async () => {
  const open = async (seed: number) => {
    const fleet = await startBatteryFleet({ devices: 2_000, seed, clock: { nowMs: () => NOON_MS } })
    onTestFinished(fleet.stop)
    return fleet
  }
  const dayMs = NOON_MS - 12 * HOUR_MS
  const [fleet, twin, other] = [await open(1), await open(1), await open(2)]
  const daysOf = ({ ids, meterWh }: typeof fleet) => ids().map((id) => meterWh(id, dayMs, dayMs + DAY_MS).charge)
  expect(daysOf(twin)).toEqual(daysOf(fleet))
  expect(daysOf(other)).not.toEqual(daysOf(fleet))
  for (const id of fleet.ids().slice(0, 50)) {
    const sum = quartersOf(dayMs, dayMs + DAY_MS).reduce((wh, startMs) => wh + fleet.meterWh(id, startMs, startMs + QUARTER_MS).charge, 0)
    expect(sum).toBe(fleet.meterWh(id, dayMs, dayMs + DAY_MS).charge)
  }
})

test('through an event, with devices that ignore, refuse, leave, lag and lose, the log has in the end what the meters had', async () => {
  const world = createWorld({ protocol: 'inverter', startRole: startInverter, rate: 3_600, startMs: NOON_MS })
  const { clock } = world
  const fleet = await startBatteryFleet({ devices: 40, seed: 3, clock, mix })
  onTestFinished(fleet.stop)
  for (const id of fleet.ids()) await world.enrol(id, fleet.attributesOf(id))
  await world.start(fleet.credential)
  const startMs = Math.ceil(clock.nowMs() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS
  const endMs = startMs + 3 * HOUR_MS
  for (const id of fleet.ids()) await world.command(id, { seq: 1, segments: [{ startMs, endMs, limitW: 0 }] })
  const having = (answering: string) => fleet.ids().filter((id) => fleet.traitsOf(id).answering === answering)
  await eventually('the refusals', () => world.devicesWith('rejected') === having('rejects').length)
  const leavers = having('accepts').filter((id) => fleet.traitsOf(id).leavesAfterMs !== undefined)
  await eventually('the opt-outs', () => world.log.read(enrollmentChanges).length === leavers.length)
  const wanted = quartersOf(NOON_MS, endMs + HOUR_MS)
  const wrong = (id: string): boolean => {
    const energies = energiesOf(world, id)
    return wanted.some((atMs) => {
      const { charge, discharge } = fleet.meterWh(id, atMs, atMs + QUARTER_MS)
      const isThere = fleet.isEverReported(id, atMs + QUARTER_MS)
      const given = [energies.get(`import ${atMs}`), energies.get(`export ${atMs}`)]
      return isThere ? given[0] !== charge || given[1] !== discharge : given[0] !== undefined
    })
  }
  await eventually('what the meters had', () => !fleet.ids().some(wrong))
  const discharged = (id: string): number => wanted.reduce((wh, atMs) => wh + fleet.meterWh(id, atMs, atMs + QUARTER_MS).discharge, 0)
  expect(having('accepts').every((id) => discharged(id) > 0)).toBe(true)
  expect([...having('ignores'), ...having('rejects')].every((id) => discharged(id) === 0)).toBe(true)
})
