/** The connector against hundreds of simulated chargers over real sockets: limits kept, energy equal to the watt-hour. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compareSchedules } from '../../../connectors/ocpp/limits/read-back.ts'
import type { Segment } from '../../../connectors/ocpp/limits/schedule.ts'
import type { Traits } from '../../../connectors/ocpp/limits/traits.ts'
import type { Reading } from '../../../connectors/ocpp/metering/meter-values.ts'
import { decodeTelemetry } from '../../../connectors/ocpp/v16/decode.ts'
import { probe16 } from '../../../connectors/ocpp/v16/probe-form.ts'
import { form16 } from '../../../connectors/ocpp/v16/profile-form.ts'
import { validateStationRequest } from '../../../connectors/ocpp/v16/validate.ts'
import type { AnsweredOutcome } from '../../../connectors/ocpp/wire/outcome.ts'
import { createFleet, type Fleet, type FleetOptions } from '../../fleet/fleet.ts'
import type { DeviceTraits } from '../../fleet/traits.ts'
import { ask, type Central, PASSWORD, startCentral } from './central.ts'
import { renderCall } from './limits/rendered.ts'

const QUARTER_MS = 900_000
/** A working day, in the hours when most plug in. */
const STARTED_MS = Date.UTC(2026, 5, 1, 17, 50)

let running: { central: Central; fleet: Fleet } | undefined
let clockMs = STARTED_MS

async function start(options: Partial<FleetOptions>): Promise<{ central: Central; fleet: Fleet }> {
  clockMs = STARTED_MS
  const clock = { nowMs: () => clockMs, rate: 1 }
  const central = await startCentral({ clock, callTimeoutMs: 400 })
  const fleet = createFleet({ devices: 20, seed: 7, url: central.url, clock, password: PASSWORD, answerMs: 20, ...options })
  running = { central, fleet }
  fleet.start()
  return running
}

afterEach(async () => {
  await running?.fleet.stop()
  await running?.central.server.close()
  running = undefined
})

const connected = ({ central, fleet }: { central: Central; fleet: Fleet }) =>
  vi.waitFor(() => expect(central.opened).toHaveLength(fleet.ids().length), { timeout: 20_000 })

/** What enrollment would know of a device. */
function traitsFor(device: DeviceTraits): Traits {
  const { phases, voltageV, ratedW, standingLimitW, maxPeriods, maxStackLevel, units } = device
  const standing = standingLimitW === undefined ? {} : { standingLimitW }
  const unit = units.includes('Power') ? 'W' : 'A'
  return { version: '1.6', unit, phases, voltageV, ratedW, maxPeriods, stackLevel: maxStackLevel, profileId: 4711, ...standing }
}

const event: Segment = { startMs: STARTED_MS + 600_000, endMs: STARTED_MS + 600_000 + 4 * QUARTER_MS, limitW: 4200 }

describe('hundreds of chargers', () => {
  it('keep the limit, confirm it, and are free afterwards, their energy equal to their meters', async () => {
    const { central, fleet } = await start({ devices: 300, seed: 11 })
    await connected({ central, fleet })
    const outcomes = await Promise.all(
      fleet.ids().map(async (id) => {
        const { action, payload } = renderCall([event], traitsFor(fleet.traitsOf(id)), clockMs)
        return central.server.call(id, { version: '1.6', action, payloadJson: JSON.stringify(payload) })
      }),
    )
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true)

    const id = fleet.ids()[0] ?? ''
    const composite = (await ask(central, id, 'GetCompositeSchedule', {
      connectorId: 0,
      duration: 7200,
      chargingRateUnit: traitsFor(fleet.traitsOf(id)).unit,
    })) as AnsweredOutcome
    if (composite.kind !== 'accepted') throw new Error(`GetCompositeSchedule: ${composite.kind}`)
    const call = renderCall([event], traitsFor(fleet.traitsOf(id)), clockMs)
    expect(compareSchedules(form16.scheduleIn(call.payload), form16.compositeIn(composite.payload))).toMatchObject({ holds: 'yes' })

    // Two and a half hours pass, a quarter hour at a time.
    for (let quarter = 1; quarter <= 10; quarter += 1) {
      clockMs = STARTED_MS + quarter * QUARTER_MS
      await vi.waitFor(() => expect(fleet.stats().meterValues).toBeGreaterThanOrEqual(300 * (quarter - 1)), { timeout: 10_000 })
    }
    const firstMs = Date.UTC(2026, 5, 1, 18)
    await vi.waitFor(() => expect(registers(central, firstMs + 9 * QUARTER_MS).size).toBe(300), { timeout: 10_000 })
    const before = registers(central, firstMs)
    const after = registers(central, firstMs + 9 * QUARTER_MS)
    let shedWh = 0
    for (const device of fleet.ids()) {
      const measured = (after.get(device) ?? Number.NaN) - (before.get(device) ?? Number.NaN)
      expect(measured).toBe(fleet.meterWh(device, firstMs, firstMs + 9 * QUARTER_MS))
      shedWh += fleet.historyWh(device, event.startMs, event.endMs) - fleet.meterWh(device, event.startMs, event.endMs)
      expect(fleet.meterWh(device, event.startMs, event.endMs)).toBeLessThanOrEqual(4200)
      expect(fleet.limitW(device, event.startMs)).toBeLessThanOrEqual(4200)
      expect(fleet.limitW(device, event.endMs)).toBe(fleet.traitsOf(device).standingLimitW ?? Number.POSITIVE_INFINITY)
    }
    expect(shedWh).toBeGreaterThan(300_000)
    expect(central.refused).toEqual([])
    expect(central.errors).toEqual([])
  })

  it('answer in as many ways as they misbehave', async () => {
    const mix = { rejects: 0.2, notSupported: 0.2, ignores: 0.2, late: 0.2 }
    const { central, fleet } = await start({ devices: 100, seed: 3, mix, lateAnswerMs: 700 })
    await connected({ central, fleet })
    const kinds = new Map<string, string>()
    await Promise.all(
      fleet.ids().map(async (id) => {
        const { action, payload } = renderCall([event], traitsFor(fleet.traitsOf(id)), clockMs)
        kinds.set(id, (await central.server.call(id, { version: '1.6', action, payloadJson: JSON.stringify(payload) })).kind)
      }),
    )
    const expected = { normal: 'accepted', rejects: 'rejected', notSupported: 'notSupported', ignores: 'accepted', late: 'timeout' }
    for (const [id, kind] of kinds) expect(`${id} ${kind}`).toBe(`${id} ${expected[fleet.traitsOf(id).answering]}`)
    const withAnswering = (name: string) => fleet.ids().filter((id) => fleet.traitsOf(id).answering === name)
    for (const name of Object.keys(expected)) expect(withAnswering(name).length).toBeGreaterThan(5)
    await vi.waitFor(() => expect(central.late).toHaveLength(withAnswering('late').length))
    clockMs = event.startMs
    for (const id of withAnswering('ignores')) expect(fleet.limitW(id, clockMs)).toBeGreaterThan(4200)
    for (const id of withAnswering('late')) expect(fleet.limitW(id, clockMs)).toBeLessThanOrEqual(4200)
  })

  it('send what they kept while they were away, some of it twice, some of it never', async () => {
    const { central, fleet } = await start({ devices: 40, seed: 5, mix: { doubles: 0.3, drops: 0.3 } })
    await connected({ central, fleet })
    for (const id of fleet.ids()) fleet.setOnline(id, false)
    await vi.waitFor(() => expect(central.server.connectedCount()).toBe(0))
    clockMs = STARTED_MS + 8 * QUARTER_MS
    await vi.waitFor(() => expect(fleet.stats().meterValues).toBeGreaterThanOrEqual(40 * 7))
    expect(central.received.filter(({ heard }) => heard.action === 'MeterValues')).toEqual([])
    for (const id of fleet.ids()) fleet.setOnline(id, true)
    const { meterValues, dropped, doubled } = fleet.stats()
    expect(Math.min(dropped, doubled)).toBeGreaterThan(5)
    const arrived = () => central.received.filter(({ heard }) => heard.action === 'MeterValues')
    await vi.waitFor(() => expect(arrived().length).toBeGreaterThanOrEqual(meterValues - dropped + doubled), { timeout: 20_000 })
  })

  it('say what they can do, and do as they are configured and triggered', async () => {
    const { central, fleet } = await start({ devices: 3 })
    await connected({ central, fleet })
    const id = fleet.ids()[1] ?? ''
    const answer = await central.server.call(id, probe16.ask)
    if (answer.kind !== 'accepted') throw new Error(`GetConfiguration: ${answer.kind}`)
    const { units, maxStackLevel, maxPeriods } = fleet.traitsOf(id)
    expect(probe16.surveyIn([answer.payload])).toMatchObject({
      smartCharging: true,
      units: units.split(',').map((unit) => (unit === 'Power' ? 'W' : 'A')),
      maxStackLevel,
      maxPeriods,
      alignedIntervalS: 900,
    })
    expect(await ask(central, id, 'ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '60' })).toMatchObject({
      kind: 'accepted',
    })
    expect(await ask(central, id, 'ChangeConfiguration', { key: 'NumberOfConnectors', value: '9' })).toMatchObject({ kind: 'rejected' })
    expect(await ask(central, id, 'TriggerMessage', { requestedMessage: 'MeterValues' })).toMatchObject({ kind: 'accepted' })
    expect(await ask(central, id, 'TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toMatchObject({
      kind: 'notSupported',
    })
    const contexts = () =>
      central.received.flatMap(({ id: from, rawFrame }) => (from === id ? readingsOf(rawFrame) : [])).map(({ context }) => context)
    await vi.waitFor(() => expect(contexts()).toContain('Trigger'))
    clockMs += 180_000
    await vi.waitFor(() => expect(contexts().filter((context) => context === 'Sample.Clock').length).toBeGreaterThanOrEqual(4))
  })
})

function readingsOf(rawFrame: string): readonly Reading[] {
  const [, , action, payload] = JSON.parse(rawFrame) as [number, string, string, unknown]
  const checked = validateStationRequest(action, payload)
  return checked.ok ? decodeTelemetry(checked.value).readings : []
}

/** Import register of each station at an instant, as decoded from its MeterValues. */
function registers(central: Central, timestampMs: number): Map<string, number> {
  const found = central.received.flatMap(({ id, rawFrame }) =>
    readingsOf(rawFrame)
      .filter((reading) => reading.registerWh !== undefined && reading.timestampMs === timestampMs)
      .map(({ registerWh }) => [id, registerWh ?? Number.NaN] as const),
  )
  return new Map(found)
}
