/** Whatever vendors do to calls, and whenever nodes die, in the end a vendor has what the newest command says, once, and nothing of the older ones. */
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { startInverter } from '../../../connectors/inverter/role.ts'
import { startThermostat } from '../../../connectors/thermostat/role.ts'
import { enrollmentChanges } from '../../../topics/catalogue.ts'
import { someAttributes } from '../../build/changes.ts'
import { refreshing } from '../../support/credentials.ts'
import { eventually } from '../../support/eventually.ts'
import { type EnphaseSite, startEnphase } from '../../vendors/enphase.ts'
import type { Mood, VendorServer } from '../../vendors/http.ts'
import { type ResideoThermostat, type ResideoValues, startResideo } from '../../vendors/resideo.ts'
import { createWorld } from './world.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const RATE = 600

const moods = fc.constantFrom<Mood>('well', 'well', 'hangs', 'deaf', 'html', 'errors', 'throttles')
const deeds = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('command' as const), limitsW: fc.array(fc.constantFrom(2_000, 5_000), { maxLength: 2 }) }),
    fc.record({ do: fc.constant('crash' as const) }),
    fc.record({ do: fc.constant('mood' as const), moods: fc.array(moods, { minLength: 1, maxLength: 3 }) }),
    fc.record({ do: fc.constant('pass' as const), calls: fc.integer({ min: 1, max: 2 }) }),
  ),
  { minLength: 3, maxLength: 8 },
)

test('property: events at a vendor that keeps a schedule', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(deeds, async (story) => {
      const world = createWorld({ protocol: 'inverter', startRole: startInverter, rate: RATE, callTimeoutMs: 300 })
      const site: EnphaseSite = { id: 'B-1', deliveryMs: 0, isConnected: () => true, answering: () => 'accepts', energyWh: () => null }
      const vendor = await startEnphase({ clock: world.clock, sites: new Map([['B-1', site]]) })
      onTestFinished(vendor.stop)
      const registered = { protocol: 'inverter', vendor: 'enphase', ratedW: 10_000, minimumW: 0, credential: 'own' } as const
      await world.enrol('B-1', someAttributes({ ...registered, extra: { vppProgram: 'vpp-1', plan: 'gigawatt' } }))
      const credential = refreshing('enphase', vendor.baseUrl, vendor.tokens.first.refreshToken)
      const startMs = Math.ceil(world.clock.nowMs() / HOUR_MS) * HOUR_MS + 48 * HOUR_MS
      let [node, seq] = [await world.startMortal(credential), 0]
      let wanted: readonly number[] = []
      for (const deed of story) {
        if (deed.do === 'mood') vendor.moods.push(...deed.moods)
        if (deed.do === 'pass') await passCalls(vendor, deed.calls)
        if (deed.do === 'crash') {
          node.crash()
          await arrived(vendor)
          node = await world.startMortal(credential)
        }
        if (deed.do === 'command') {
          seq += 1
          wanted = deed.limitsW
          const segments = wanted.map((limitW, hour) => ({
            startMs: startMs + hour * HOUR_MS,
            endMs: startMs + (hour + 1) * HOUR_MS,
            limitW,
          }))
          await world.command('B-1', { seq, segments })
        }
      }
      vendor.moods.length = 0
      const limits = (): readonly (readonly unknown[])[] =>
        [0, 1].map((hour) => vendor.inForce('B-1', startMs + hour * HOUR_MS).map(({ body }) => body.export_limit))
      const isDone = (): boolean => {
        const own = world.acks.filter((ack) => ack.seq === seq)
        if (wanted.length === 0) return own.some(({ status, part }) => status === 'released' && part === '')
        return new Set(own.flatMap(({ status, part }) => (status === 'accepted' ? [part] : []))).size === wanted.length
      }
      if (seq > 0) await eventually(`the end of ${seq}`, isDone, 20_000)
      const end = JSON.stringify([0, 1].map((hour) => (wanted[hour] === undefined ? [] : [wanted[hour]])))
      await eventually(`${end}, not ${JSON.stringify(limits())}`, () => JSON.stringify(limits()) === end, 20_000)
      node.crash()
      await vendor.stop()
    }),
    { numRuns: 10 },
  )
})

/** The sockets of a process that dies close with it; here what it had sent has come when two looks in a row show no call. */
async function arrived(vendor: Pick<VendorServer, 'calls' | 'open'>): Promise<void> {
  let before = -1
  await eventually('the calls of a dead node', () => {
    const isQuiet = vendor.open() === 0 && vendor.calls.length === before
    before = vendor.calls.length
    return isQuiet
  })
}

/** Waits until some calls came, or for a moment where none is due. */
async function passCalls(vendor: { readonly calls: readonly unknown[] }, count: number): Promise<void> {
  const before = vendor.calls.length
  await eventually('calls', () => vendor.calls.length >= before + count, 200).catch(() => undefined)
}

test('property: a set-point that is moved twice and put back', { timeout: 120_000 }, async () => {
  const found: ResideoValues = { mode: 'Cool', heatSetpoint: 18, coolSetpoint: 24, thermostatSetpointStatus: 'NoHold' }
  const faults = fc.array(fc.oneof(fc.constant('crash' as const), moods), { minLength: 2, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(faults, async (story) => {
      const startRole = (options: Omit<Parameters<typeof startThermostat>[0], 'webhookPort'>) =>
        startThermostat({ ...options, webhookPort: 0 })
      const world = createWorld({ protocol: 'thermostat', startRole, rate: RATE, callTimeoutMs: 300 })
      const thermostat: ResideoThermostat = {
        ...{ id: 'T-1', units: 'Celsius', values: found, history: [], isAlive: () => true, answering: () => 'accepts' },
      }
      const vendor = await startResideo({ clock: world.clock, thermostats: new Map([['T-1', thermostat]]) })
      onTestFinished(vendor.stop)
      const registered = { protocol: 'thermostat', vendor: 'resideo', ratedW: 4_000, minimumW: 0, credential: 'own' } as const
      await world.enrol('T-1', someAttributes({ ...registered, extra: { locationId: 'home', callsPerMinute: '6000' } }))
      const credential = refreshing('resideo', vendor.baseUrl, vendor.tokens.first.refreshToken)
      const startMs = world.clock.nowMs() + 3 * MINUTE_MS
      const segments = [2_000, 1_000].map((limitW, index) => ({
        startMs: startMs + index * 10 * MINUTE_MS,
        endMs: startMs + (index + 1) * 10 * MINUTE_MS,
        limitW,
      }))
      await world.command('T-1', { seq: 1, segments })
      let node = await world.startMortal(credential)
      for (const fault of story) {
        if (fault === 'crash') {
          node.crash()
          await arrived(vendor)
          node = await world.startMortal(credential)
        } else vendor.moods.push(fault)
        await passCalls(vendor, 1)
      }
      vendor.moods.length = 0
      await eventually('the end', () => world.clock.nowMs() > startMs + 21 * MINUTE_MS)
      await eventually('what was found', () => thermostat.values.coolSetpoint === found.coolSetpoint, 20_000)
      expect(thermostat.values).toEqual(found)
      expect(world.log.read(enrollmentChanges)).toEqual([])
      node.crash()
      await vendor.stop()
    }),
    { numRuns: 5 },
  )
})
