/** The connector against hundreds of simulated chargers over real sockets: limits kept, energy equal to the watt-hour. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { triggerMeterValues } from '../../../connectors/ocpp/backfill.ts'
import { forms } from '../../../connectors/ocpp/limits/forms.ts'
import { compareSchedules } from '../../../connectors/ocpp/limits/read-back.ts'
import { fillTimeline, renderTemplate } from '../../../connectors/ocpp/limits/render.ts'
import type { Segment } from '../../../connectors/ocpp/limits/schedule.ts'
import { parseTemplate } from '../../../connectors/ocpp/limits/template.ts'
import type { Traits } from '../../../connectors/ocpp/limits/traits.ts'
import { probeForms } from '../../../connectors/ocpp/probe/forms.ts'
import type { OcppServerOptions } from '../../../connectors/ocpp/server/server.ts'
import { contentTypes, decodeOcpp } from '../../../connectors/ocpp/telemetry-decoder.ts'
import type { CentralCall } from '../../../connectors/ocpp/wire/dialect.ts'
import type { DecodedReading } from '../../../processors/normalizer/decoded.ts'
import { createFleet, type Fleet, type FleetOptions } from '../../fleet/fleet.ts'
import type { DeviceTraits } from '../../fleet/traits.ts'
import { aFrame } from './build.ts'
import { ask, type Central, PASSWORD, startCentral } from './central.ts'

const QUARTER_MS = 900_000
/** A working day, in the hours when most plug in. */
const STARTED_MS = Date.UTC(2026, 5, 1, 17, 50)

let running: { central: Central; fleet: Fleet } | undefined
let clockMs = STARTED_MS

async function start(
  options: Partial<FleetOptions>,
  serving: Partial<OcppServerOptions> = {},
): Promise<{ central: Central; fleet: Fleet }> {
  clockMs = STARTED_MS
  const clock = { nowMs: () => clockMs, rate: 1 }
  const central = await startCentral({ clock, callTimeoutMs: 10_000, ...serving })
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
  const { ocppVersion: version, phases, voltageV, ratedW, standingLimitW, maxPeriods, maxStackLevel, units } = device
  const standing = standingLimitW === undefined ? {} : { standingLimitW }
  const unit = units.includes('Power') ? 'W' : 'A'
  return { version, unit, phases, voltageV, ratedW, maxPeriods, stackLevel: maxStackLevel, profileId: 4711, ...standing }
}

const event: Segment = { startMs: STARTED_MS + 600_000, endMs: STARTED_MS + 600_000 + 4 * QUARTER_MS, limitW: 4200 }

describe('hundreds of chargers', () => {
  it('of both versions keep the limit, confirm it, and are free afterwards, their energy equal to their meters', async () => {
    const { central, fleet } = await start({ devices: 300, seed: 11, mix: { ocpp201: 0.5 } })
    await connected({ central, fleet })
    const outcomes = await Promise.all(
      fleet.ids().map(async (id) => {
        return central.server.call(id, callTo(fleet.traitsOf(id)))
      }),
    )
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true)

    for (const version of ['1.6', '2.0.1'] as const) {
      const id = fleet.ids().find((one) => fleet.traitsOf(one).ocppVersion === version) ?? ''
      const asked = forms[version].scheduleIn(JSON.parse(callTo(fleet.traitsOf(id)).payloadJson))
      const composite = await central.server.call(id, forms[version].askComposite(asked.unit, 7200))
      if (composite.kind !== 'accepted') throw new Error(`GetCompositeSchedule: ${composite.kind}`)
      expect(compareSchedules(asked, forms[version].compositeIn(composite.payload))).toMatchObject({ holds: 'yes' })
    }

    // Two and a half hours pass, a quarter hour at a time.
    for (let quarter = 1; quarter <= 10; quarter += 1) {
      clockMs = STARTED_MS + quarter * QUARTER_MS
      await vi.waitFor(() => expect(fleet.stats().meterValues).toBeGreaterThanOrEqual(300 * (quarter - 1)), { timeout: 40_000 })
    }
    const firstMs = Date.UTC(2026, 5, 1, 18)
    await vi.waitFor(() => expect(registers(central, firstMs + 9 * QUARTER_MS).size).toBe(300), { timeout: 40_000 })
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
    const mix = { ocpp201: 0.5, rejects: 0.2, notSupported: 0.2, ignores: 0.2, late: 0.2 }
    const { central, fleet } = await start({ devices: 100, seed: 3, mix, lateAnswerMs: 5_000 }, { callTimeoutMs: 2_500 })
    await connected({ central, fleet })
    const kinds = new Map<string, string>()
    await Promise.all(
      fleet.ids().map(async (id) => {
        kinds.set(id, (await central.server.call(id, callTo(fleet.traitsOf(id)))).kind)
      }),
    )
    const expected = { normal: 'accepted', rejects: 'rejected', notSupported: 'notSupported', ignores: 'accepted', late: 'timeout' }
    for (const [id, kind] of kinds) expect(`${id} ${kind}`).toBe(`${id} ${expected[fleet.traitsOf(id).answering]}`)
    const withAnswering = (name: string) => fleet.ids().filter((id) => fleet.traitsOf(id).answering === name)
    for (const name of Object.keys(expected)) expect(withAnswering(name).length).toBeGreaterThan(5)
    await vi.waitFor(() => expect(central.late).toHaveLength(withAnswering('late').length), { timeout: 20_000 })
    clockMs = event.startMs
    for (const id of withAnswering('ignores')) expect(fleet.limitW(id, clockMs)).toBeGreaterThan(4200)
    for (const id of withAnswering('late')) expect(fleet.limitW(id, clockMs)).toBeLessThanOrEqual(4200)
  })

  it('send what they kept while they were away, some of it twice, some of it never', async () => {
    const { central, fleet } = await start({ devices: 40, seed: 5, mix: { ocpp201: 0.5, doubles: 0.3, drops: 0.3 } })
    await connected({ central, fleet })
    for (const id of fleet.ids()) fleet.setOnline(id, false)
    await vi.waitFor(() => expect(central.server.connectedCount()).toBe(0))
    clockMs = STARTED_MS + 8 * QUARTER_MS
    const arrived = () => central.received.filter(({ rawFrame }) => isMetered(rawFrame))
    await vi.waitFor(() => expect(fleet.stats().meterValues).toBeGreaterThanOrEqual(40 * 7))
    expect(arrived()).toEqual([])
    for (const id of fleet.ids()) fleet.setOnline(id, true)
    const { meterValues, dropped, doubled } = fleet.stats()
    expect(Math.min(dropped, doubled)).toBeGreaterThan(5)
    await vi.waitFor(() => expect(arrived().length).toBeGreaterThanOrEqual(meterValues - dropped + doubled), { timeout: 20_000 })
  })

  it.each(['1.6', '2.0.1'] as const)('of %s say what they can do, and do as they are configured and triggered', async (version) => {
    const form = probeForms[version]
    const { central, fleet } = await start({ devices: 3, mix: { ocpp201: version === '1.6' ? 0 : 1 } })
    await connected({ central, fleet })
    const id = fleet.ids()[1] ?? ''
    const answer = await central.server.call(id, form.ask)
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    const { units, maxStackLevel, maxPeriods } = fleet.traitsOf(id)
    const survey = form.surveyIn([answer.payload])
    expect(survey).toMatchObject({
      smartCharging: true,
      units: units.split(',').map((unit) => (unit === 'Power' ? 'W' : 'A')),
      maxStackLevel,
      maxPeriods,
      alignedIntervalS: 900,
    })
    for (const setting of form.settings(survey, 60)) expect(await central.server.call(id, setting)).toMatchObject({ kind: 'accepted' })
    const again = await central.server.call(id, form.ask)
    expect(again.kind === 'accepted' && form.surveyIn([again.payload])).toMatchObject({ alignedIntervalS: 60 })
    const trigger = triggerMeterValues(version, 'import')
    expect(trigger && (await central.server.call(id, trigger))).toMatchObject({ kind: 'accepted' })
    const contexts = () => central.received.flatMap((received) => (received.id === id ? readingsOf(received) : [])).map(({ code }) => code)
    await vi.waitFor(() => expect(contexts()).toContain('Trigger'))
    clockMs += 180_000
    await vi.waitFor(() => expect(contexts().filter((context) => context === 'Sample.Clock').length).toBeGreaterThanOrEqual(4))
  })

  it('refuse what they do not know, by the answer that says so', async () => {
    const { central, fleet } = await start({ devices: 2 })
    await connected({ central, fleet })
    const id = fleet.ids()[0] ?? ''
    expect(await ask(central, id, 'ChangeConfiguration', { key: 'NumberOfConnectors', value: '9' })).toMatchObject({ kind: 'rejected' })
    expect(await ask(central, id, 'TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toMatchObject({
      kind: 'notSupported',
    })
  })

  it('of 2.0.1 tell whole transactions, and what went on while they were away as such', async () => {
    const { central, fleet } = await start({ devices: 30, seed: 5, mix: { ocpp201: 1 } })
    await connected({ central, fleet })
    clockMs = STARTED_MS + 2 * QUARTER_MS
    await vi.waitFor(() => expect(events(central).length).toBeGreaterThan(10), { timeout: 20_000 })
    for (const id of fleet.ids()) fleet.setOnline(id, false)
    await vi.waitFor(() => expect(central.server.connectedCount()).toBe(0))
    clockMs = STARTED_MS + 24 * QUARTER_MS
    await vi.waitFor(() => expect(fleet.stats().meterValues).toBeGreaterThanOrEqual(30 * 23))
    for (const id of fleet.ids()) fleet.setOnline(id, true)
    await vi.waitFor(() => expect(events(central).filter(({ eventType }) => eventType === 'Ended').length).toBeGreaterThan(10), {
      timeout: 20_000,
    })
    const transactions = new Map<string, TransactionEvent[]>()
    for (const event of events(central)) {
      const { transactionId } = event.transactionInfo
      transactions.set(transactionId, [...(transactions.get(transactionId) ?? []), event])
    }
    for (const told of transactions.values()) {
      expect(told.map(({ seqNo }) => seqNo)).toEqual(told.map((_, index) => index))
      expect(told[0]).toMatchObject({ eventType: 'Started', evse: { id: 1 } })
      expect(
        told
          .filter(({ offline }) => !offline)
          .every(
            ({ timestamp }) =>
              Date.parse(timestamp) <= STARTED_MS + 2 * QUARTER_MS || Date.parse(timestamp) >= STARTED_MS + 22 * QUARTER_MS,
          ),
      ).toBe(true)
    }
    expect(events(central).some(({ offline }) => offline)).toBe(true)
    expect(central.refused).toEqual([])
  })
})

interface TransactionEvent {
  readonly eventType: string
  readonly seqNo: number
  readonly timestamp: string
  readonly offline?: boolean
  readonly transactionInfo: { readonly transactionId: string }
}

const payloadOf = (rawFrame: string): unknown => (JSON.parse(rawFrame) as unknown[])[3]

const events = (central: Central): readonly TransactionEvent[] =>
  central.received.flatMap(({ heard, rawFrame }) => (heard.action === 'TransactionEvent' ? [payloadOf(rawFrame) as TransactionEvent] : []))

/** By the clock: neither the begin nor the end of a transaction. */
const isMetered = (rawFrame: string): boolean => rawFrame.includes('"Sample.Clock"')

/** The event of these tests as a charger gets it. */
function callTo(device: DeviceTraits): CentralCall {
  const traits = traitsFor(device)
  const template = parseTemplate(renderTemplate('slot', traits))
  const { action, payloadJson } = fillTimeline([{ ...event, template }], parseTemplate(renderTemplate('release', traits)), clockMs)
  return { version: traits.version, action, payloadJson }
}

function readingsOf({ id, version, rawFrame }: Central['received'][number]): readonly DecodedReading[] {
  const [, , action, payload] = JSON.parse(rawFrame) as [number, string, string, object]
  return decodeOcpp({ ...aFrame(action, payload, id), contentType: contentTypes[version] }).readings
}

/** Import register of each station at an instant, as decoded from what it metered. */
function registers(central: Central, timestampMs: number): Map<string, number> {
  const found = central.received.flatMap((received) =>
    readingsOf(received).flatMap((reading) =>
      reading.kind === 'register' && reading.atMs === timestampMs ? [[received.id, reading.registerWh] as const] : [],
    ),
  )
  return new Map(found)
}
