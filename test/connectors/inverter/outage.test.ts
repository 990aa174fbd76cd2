/** Stories about telemetry of a vendor that is away, late, or shows a clock that is changed: in the end every interval is on the log as the meter had it. */
import { expect, onTestFinished, test } from 'vitest'
import { startInverter } from '../../../connectors/inverter/role.ts'
import { someAttributes } from '../../build/changes.ts'
import { keyed, refreshing } from '../../support/credentials.ts'
import { eventually } from '../../support/eventually.ts'
import { type EnphaseSite, startEnphase } from '../../vendors/enphase.ts'
import { startSolaredge } from '../../vendors/solaredge.ts'
import { createWorld, energiesOf } from '../cloud/world.ts'

const HOUR_MS = 3_600_000
const QUARTER_MS = 900_000
const NOON_MS = Date.UTC(2026, 6, 1, 12)
/** An hour a second. */
const RATE = 3_600

/** What the meter of a site has for the quarter hour from an instant: a whole number that is another for each. */
const meterWh = (startMs: number): number => (startMs / QUARTER_MS) % 1_009

const quartersOf = (fromMs: number, untilMs: number): readonly number[] =>
  Array.from({ length: (untilMs - fromMs) / QUARTER_MS }, (_, index) => fromMs + index * QUARTER_MS)

async function setUpBattery() {
  const world = createWorld({ protocol: 'inverter', startRole: startInverter, rate: RATE, startMs: NOON_MS })
  const site: EnphaseSite = {
    id: 'B-1',
    deliveryMs: 0,
    isConnected: () => true,
    answering: () => 'accepts',
    energyWh: (_, endMs) => ({ charge: meterWh(endMs - QUARTER_MS), discharge: 0 }),
  }
  const vendor = await startEnphase({ clock: world.clock, sites: new Map([['B-1', site]]) })
  onTestFinished(vendor.stop)
  const attributes = someAttributes({
    ...{ protocol: 'inverter', vendor: 'enphase', ratedW: 10_000, minimumW: 0, credential: 'own', cadenceS: 900 },
    extra: { asset: 'battery', vppProgram: 'vpp-1', plan: 'gigawatt' },
  })
  await world.enrol('B-1', attributes)
  await world.start(refreshing('enphase', vendor.baseUrl, vendor.tokens.first.refreshToken))
  /** The log has what the meter had for each quarter of an hour. */
  const isWhole = (fromMs: number, untilMs: number): boolean => {
    const energies = energiesOf(world, 'B-1')
    return quartersOf(fromMs, untilMs).every((startMs) => energies.get(`import ${startMs}`) === meterWh(startMs))
  }
  return { world, vendor, isWhole }
}

test('a vendor that is down for a whole event and three hours after is owed nothing in the end: each interval comes, and no body twice', async () => {
  const { world, vendor, isWhole } = await setUpBattery()
  await eventually('the morning', () => isWhole(NOON_MS - HOUR_MS, NOON_MS))
  await vendor.stop()
  const startMs = world.clock.nowMs()
  await world.command('B-1', { seq: 1, segments: [{ startMs, endMs: startMs + 2 * HOUR_MS, limitW: 5_000 }] })
  await eventually('three hours after the event', () => world.clock.nowMs() >= startMs + 5 * HOUR_MS)
  await vendor.start()
  await eventually('all of it', () => isWhole(NOON_MS, NOON_MS + 5 * HOUR_MS))
  const bodies = world.log.read(world.connector.raw).map(({ value }) => value?.sha256)
  expect(new Set(bodies).size).toBe(bodies.length)
  // The command was not carried out after its end.
  expect(vendor.events).toEqual([])
  expect(world.acks.filter(({ status }) => status === 'accepted')).toEqual([])
})

test('a vendor that throttles, and one before which a page of HTML stands, is got over without a hole and without a command twice', async () => {
  const { world, vendor, isWhole } = await setUpBattery()
  const startMs = world.clock.nowMs() + HOUR_MS
  vendor.moods.push('throttles', 'html', 'throttles', 'html', 'errors', 'throttles')
  await world.command('B-1', { seq: 1, segments: [{ startMs, endMs: startMs + 6 * HOUR_MS, limitW: 5_000 }] })
  // Six hours are two events, since one lasts five at most.
  await eventually('the events at the vendor', () => vendor.events.length >= 2)
  await eventually('an event that holds', () => world.devicesWith('applied') === 1)
  await eventually('the telemetry', () => isWhole(NOON_MS - HOUR_MS, NOON_MS))
  expect(vendor.moods).toEqual([])
  expect(vendor.events).toHaveLength(2)
})

test.each([
  ['2026-03-08', 23],
  ['2026-11-01', 25],
])('the %s of a site in California is %i hours of telemetry, with null for what comes late', async (day, hours) => {
  const zone = 'America/Los_Angeles'
  const dayMs = Date.parse(`${day}T${hours === 23 ? '08' : '07'}:00:00Z`)
  const endMs = dayMs + hours * HOUR_MS
  const world = createWorld({ protocol: 'inverter', startRole: startInverter, rate: RATE, startMs: endMs - 90 * 60_000 })
  let isLate = true
  /** Two hours are not there before the vendor has caught up with the site. */
  const isHidden = (startMs: number): boolean => isLate && startMs >= dayMs + 8 * HOUR_MS && startMs < dayMs + 10 * HOUR_MS
  const energyWh = (startMs: number): number | null =>
    startMs + QUARTER_MS > world.clock.nowMs() || isHidden(startMs) ? null : meterWh(startMs)
  const vendor = await startSolaredge({ clock: world.clock, sites: new Map([['7', { id: '7', zone, energyWh }]]) })
  onTestFinished(vendor.stop)
  const registered = { protocol: 'inverter', vendor: 'solaredge', credential: 'own', cadenceS: 900 } as const
  await world.enrol('S-7', someAttributes({ ...registered, extra: { vendorId: '7', zone } }))
  await world.start(keyed('solaredge', vendor.baseUrl))
  const wanted = quartersOf(dayMs, endMs)
  const missing = (): readonly number[] => {
    const energies = energiesOf(world, 'S-7')
    return wanted.filter((startMs) => energies.get(`generation ${startMs}`) !== meterWh(startMs))
  }
  await eventually('all but what is hidden', () => missing().length === 8)
  expect(missing()).toEqual(wanted.filter(isHidden))
  isLate = false
  await eventually('what came late', () => missing().length === 0)
  expect(wanted).toHaveLength(hours * 4)
})
