/** The fleet of thermostats: it gives way as it is asked, warms up meanwhile, and what it reports through the real connector is what it drew. */
import { expect, onTestFinished, test } from 'vitest'
import { startThermostat } from '../../../connectors/thermostat/role.ts'
import { enrollmentChanges } from '../../../topics/catalogue.ts'
import { createWorld, energiesOf } from '../../connectors/cloud/world.ts'
import { eventually } from '../../support/eventually.ts'
import { startThermostatFleet } from './fleet.ts'

const HOUR_MS = 3_600_000
const STEP_MS = 300_000
const NOON_MS = Date.UTC(2026, 6, 1, 12)
const mix = { ignores: 0.1, late: 0.2, gaps: 0.3, leaves: 0.2 }

const stepsOf = (fromMs: number, untilMs: number): readonly number[] =>
  Array.from({ length: (untilMs - fromMs) / STEP_MS }, (_, index) => fromMs + index * STEP_MS)

test('a fleet is repeatable, another seed is another one, and it runs most in the afternoon', async () => {
  const open = async (seed: number) => {
    const fleet = await startThermostatFleet({ devices: 2_000, seed, clock: { nowMs: () => NOON_MS } })
    onTestFinished(fleet.stop)
    return fleet
  }
  const [fleet, twin, other] = [await open(1), await open(1), await open(2)]
  const hourOf = ({ ids, meterWh }: typeof fleet, fromMs: number) => ids().map((id) => meterWh(id, fromMs, fromMs + HOUR_MS))
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
  expect(hourOf(twin, NOON_MS)).toEqual(hourOf(fleet, NOON_MS))
  expect(hourOf(other, NOON_MS)).not.toEqual(hourOf(fleet, NOON_MS))
  expect(sumOf(hourOf(fleet, NOON_MS + 3 * HOUR_MS))).toBeGreaterThan(3 * sumOf(hourOf(fleet, NOON_MS - 10 * HOUR_MS)))
})

test('through an event, with thermostats that ignore, leave, lag and lose, the log has in the end what the equipment drew', async () => {
  const startRole = (options: Omit<Parameters<typeof startThermostat>[0], 'webhookPort'>) => startThermostat({ ...options, webhookPort: 0 })
  const world = createWorld({ protocol: 'thermostat', startRole, rate: 3_600, startMs: NOON_MS })
  const fleet = await startThermostatFleet({ devices: 40, seed: 3, clock: world.clock, mix, callsPerMinute: 6_000 })
  onTestFinished(fleet.stop)
  for (const id of fleet.ids()) await world.enrol(id, fleet.attributesOf(id))
  await world.start(fleet.credential)
  const startMs = Math.ceil(world.clock.nowMs() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS
  const endMs = startMs + 3 * HOUR_MS
  const before = new Map(fleet.ids().map((id) => [id, fleet.meterWh(id, startMs, endMs)]))
  for (const id of fleet.ids()) await world.command(id, { seq: 1, segments: [{ startMs, endMs, limitW: 0 }] })
  const accepting = fleet.ids().filter((id) => fleet.traitsOf(id).answering === 'accepts')
  const leavers = accepting.filter((id) => fleet.traitsOf(id).leavesAfterMs !== undefined)
  await eventually('the opt-outs', () => world.log.read(enrollmentChanges).length === leavers.length)
  const wanted = stepsOf(NOON_MS, endMs + HOUR_MS)
  const wrong = (id: string): boolean => {
    const energies = energiesOf(world, id)
    return wanted.some((atMs) => {
      const given = energies.get(`import ${atMs}`)
      return given !== (fleet.isEverReported(id, atMs + STEP_MS) ? fleet.meterWh(id, atMs, atMs + STEP_MS) : undefined)
    })
  }
  await eventually('what the equipment drew', () => !fleet.ids().some(wrong))
  const shedOf = (id: string): number => (before.get(id) ?? 0) - fleet.meterWh(id, startMs, endMs)
  expect(fleet.ids().filter((id) => !accepting.includes(id) && shedOf(id) !== 0)).toEqual([])
  const stayed = accepting.filter((id) => !leavers.includes(id))
  // All of the rating is asked for: what stays in the event does not run at all.
  expect(stayed.filter((id) => shedOf(id) !== before.get(id) || shedOf(id) === 0)).toEqual([])
  expect(leavers.filter((id) => shedOf(id) === before.get(id))).toEqual([])
})
