/** Chargers whose clocks are off and whose meters are replaced, on the real connector: told of, and counted to the watt-hour but for what a replaced meter took away. */
import { afterEach, expect, test } from 'vitest'
import { decodeOcpp } from '../../../connectors/ocpp/telemetry-decoder.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { someAttributes } from '../../connectors/ocpp/build.ts'
import { PASSWORD } from '../../connectors/ocpp/central.ts'
import { startConnector, type TestConnector } from '../../connectors/ocpp/connector.ts'
import { eventually } from '../../support/eventually.ts'
import { createFleet, type Fleet } from '../fleet.ts'
import { toldOf } from '../told.ts'

const DEVICES = 40
const INTERVAL_MS = 300_000
/** So small that nothing that a charger says comes late. */
const STEP_MS = 120_000
/** What chargers spread over a tenth of the interval has come by then. */
const SPREAD_MS = INTERVAL_MS / 10
const STARTED_MS = Date.UTC(2026, 5, 1, 17, 50)

let nowMs = STARTED_MS
let connector: TestConnector
let fleet: Fleet
afterEach(async () => {
  await fleet.stop()
  await connector.role.stop()
})

const offMs = (id: string): number => fleet.traitsOf(id).clockOffS * 1000
/** The last sample that has been told, by the charger's clock. */
const toldMs = (id: string): number => Math.floor((nowMs + offMs(id) - SPREAD_MS) / INTERVAL_MS) * INTERVAL_MS
const isDue = (id: string): boolean => toldMs(id) > STARTED_MS + offMs(id)

function haveArrived(): boolean {
  const raws = connector.log.read(telemetryRaw.ocpp).flatMap(({ value }) => value ?? [])
  const told = new Set(
    raws.flatMap(({ deviceId, body }) => [...`${body}`.matchAll(/"timestamp":"([^"]+)"/g)].map(([, at]) => `${deviceId} ${at}`)),
  )
  return fleet.ids().every((id) => !isDue(id) || told.has(`${id} ${new Date(toldMs(id)).toISOString()}`))
}

test('what they say of the time is watched, and what they metered is told', async () => {
  const clock = { nowMs: () => nowMs, rate: 1 }
  connector = await startConnector(clock, { probeDelayMs: () => 3_600_000 })
  fleet = createFleet({
    devices: DEVICES,
    seed: 5,
    url: connector.role.url,
    clock,
    password: PASSWORD,
    mix: { ocpp201: 0.5, skewed: 0.4, resets: 0.4, doubles: 0.3 },
    alignedIntervalS: INTERVAL_MS / 1000,
    answerMs: 20,
  })
  for (const id of fleet.ids()) await connector.register(id, someAttributes({ extra: { ocppVersion: fleet.traitsOf(id).ocppVersion } }))
  fleet.start()
  await eventually('all of them', () => fleet.stats().connected === DEVICES)
  const lastResetMs = Math.max(...fleet.ids().map((id) => fleet.resetMs(id) ?? 0))
  while (nowMs < lastResetMs + 4 * INTERVAL_MS) {
    nowMs += STEP_MS
    // The clock goes on when all have said it, so that nothing depends on how fast they are.
    await eventually('their samples', haveArrived)
  }
  for (const id of fleet.ids()) {
    expectMetered(id)
    expectWatched(id)
  }
  const traits = fleet.ids().map((id) => fleet.traitsOf(id))
  for (const isThere of [(s: number) => s > 0, (s: number) => s < 0]) expect(traits.some(({ clockOffS }) => isThere(clockOffS))).toBe(true)
  expect(traits.filter(({ resetsAfterMs }) => resetsAfterMs !== undefined).length).toBeGreaterThan(5)
})

const rawsOf = (id: string) => connector.log.read(telemetryRaw.ocpp).flatMap(({ value }) => (value?.deviceId === id ? [value] : []))

function expectMetered(id: string): void {
  const { ratedW } = fleet.traitsOf(id)
  const told = toldOf(rawsOf(id), { decode: decodeOcpp, source: 'ocpp', channels: ['import'], ratedW }, toldMs(id))
  const resetMs = fleet.resetMs(id)
  const [reset] = told.resets
  expect([id, told.resets.length]).toEqual([id, resetMs === undefined ? 0 : 1])
  let lostWh = 0
  if (reset && resetMs !== undefined) {
    const fromMs = reset.startMs - offMs(id)
    expect([fromMs <= resetMs, resetMs <= fromMs + reset.stepMs, reset.qualities[0]]).toEqual([true, true, 'estimated'])
    lostWh = fleet.meterWh(id, fromMs, resetMs)
  }
  const meteredWh = fleet.meterWh(id, told.fromMs - offMs(id), told.untilMs - offMs(id))
  expect([id, told.faults, told.netWh + lostWh]).toEqual([id, [], meteredWh])
}

function expectWatched(id: string): void {
  const { clockOffS } = fleet.traitsOf(id)
  const verdicts = connector.lines.flatMap((line) => (line.startsWith(`ocpp ${id}: its clock`) ? [/is (\w+)/.exec(line)?.[1]] : []))
  expect([id, verdicts]).toEqual([id, clockOffS === 0 ? [] : [clockOffS > 0 ? 'ahead' : 'behind']])
}
