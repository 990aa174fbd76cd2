/** The fleet on a real server: what it tells adds up to its meters, and what it was told it does, but for those drawn not to. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { authority, clientCertificate } from '../../connectors/sep2/pki.ts'
import { createRig, NOW_S, type Rig } from '../../connectors/sep2/rig.ts'
import { eventually } from '../../support/eventually.ts'
import { HOUR_MS } from '../load-model.ts'
import { toldOf } from '../told.ts'
import { createSep2Fleet, type Fleet } from './fleet.ts'
import { createMeter, isWithin } from './meter.ts'
import { readingOf } from './read-told.ts'
import { actualMs, extraOf, type Mix, traitsOf } from './traits.ts'

const SEED = 7
const START_MS = NOW_S * 1000
const POLL_MS = 300_000
const MOST_OFF_MS = 600_000

describe('the meter', () => {
  const traits = { ...traitsOf(SEED, 'der-0', {}), kind: 'battery' as const }

  test('property: import less export is the sum of power second by second, under any controls', () => {
    const change = fc.record({
      afterS: fc.integer({ min: 0, max: 1_800 }),
      startS: fc.integer({ min: -600, max: 1_800 }),
      durationS: fc.integer({ min: 1, max: 3_600 }),
      opModFixedW: fc.integer({ min: -10_000, max: 10_000 }),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const meter = createMeter(SEED, traits, START_MS)
        let atMs = START_MS
        for (const { afterS, startS, durationS, opModFixedW } of changes) {
          atMs += afterS * 1000
          const startMs = atMs + startS * 1000
          meter.change(atMs, [{ startMs, endMs: startMs + durationS * 1000, base: { opModFixedW } }])
        }
        let ws = 0
        for (let second = 0; second < 7_200; second += 1) ws += meter.powerW(START_MS + second * 1000)
        const { importWh, exportWh } = meter.registers(START_MS + 2 * HOUR_MS)
        expect(Math.abs(importWh - exportWh - ws / 3_600)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 20 },
    )
  })

  test('tells what history tells where nothing limited it', () => {
    const options = { seed: SEED, url: 'https://127.0.0.1:9', ca: '', certificateOf: clientCertificate, devices: 20 }
    const fleet = createSep2Fleet({ ...options, clock: { nowMs: () => START_MS, rate: 1 } })
    for (const id of fleet.ids())
      expect(fleet.meterWh(id, START_MS, START_MS + 30 * HOUR_MS)).toBe(fleet.historyWh(id, START_MS, START_MS + 30 * HOUR_MS))
    expect(fleet.ids().some((id) => fleet.historyWh(id, START_MS, START_MS + 30 * HOUR_MS) < 0)).toBe(true)
  })
})

describe('on a server', () => {
  const COUNT = 30
  const MIX: Mix = {
    absent: 0.1,
    rejects: 0.1,
    notSupported: 0.1,
    ignores: 0.1,
    late: 0.1,
    doubles: 0.3,
    batches: 0.2,
    skewed: 0.3,
    offGrid: 0.2,
    resets: 1,
  }
  const ids = Array.from({ length: COUNT }, (_, index) => `der-${index}`)
  const traits = new Map(ids.map((id) => [id, traitsOf(SEED, id, MIX)]))
  const named = (name: string) => ids.filter((id) => traits.get(id)?.answering === name && traits.get(id)?.presence === 'online')
  let rig: Rig
  let fleet: Fleet
  afterEach(async () => {
    await fleet.stop()
    await rig.stop()
  })

  test('every device answers as drawn, follows what it took, tells its meter to the watt-hour, and is told of where its clock is off', async () => {
    const devices = await Promise.all(
      [...traits.values()].map(async (one) => ({
        deviceId: one.id,
        extra: extraOf(one, (await clientCertificate(one.id)).lfdi),
        attributes: { ratedW: one.ratedW },
      })),
    )
    const lines: string[] = []
    rig = await createRig({ devices, log: (line) => lines.push(line) })
    const { clock, role } = rig
    const ca = (await authority()).cert
    fleet = createSep2Fleet({ devices: COUNT, seed: SEED, url: role.url, ca, certificateOf: clientCertificate, clock, mix: MIX })
    fleet.start()
    const present = ids.filter((id) => traits.get(id)?.presence === 'online')
    await eventually('all of them', () => fleet.stats().visits >= present.length)
    expect(role.stats().connected).toBe(present.length)

    const startMs = clock.nowMs() + 2 * POLL_MS
    const endMs = startMs + 4 * POLL_MS
    for (const id of ids) await rig.command(id, 1, [{ startMs, endMs, limitW: 5_000 }])
    // The clock goes on when all have polled, so that nothing depends on how fast they are.
    while (clock.nowMs() < endMs || present.some((id) => fleet.toldMs(id) <= Math.max(endMs, fleet.resetMs(id) ?? 0) + MOST_OFF_MS)) {
      const { visits } = fleet.stats()
      clock.advance(POLL_MS)
      await eventually('their polls', () => fleet.stats().visits >= visits + present.length && fleet.stats().visiting === 0)
    }
    const expected = new Map([
      ['normal', 'applied 1'],
      ['late', 'applied 1'],
      ['ignores', 'accepted 1'],
      ['rejects', 'rejected 1'],
      ['notSupported', 'notSupported 1'],
    ])
    for (const [answering, ack] of expected) {
      expect(named(answering).length).toBeGreaterThan(0)
      for (const id of named(answering))
        await eventually(`${id} ${answering}: ${ack}, not ${rig.acks(id)}`, () => rig.acks(id).includes(ack))
    }
    for (const id of ids) if (!present.includes(id)) expect(rig.acks(id)).toEqual([])

    await fleet.stop()
    for (const id of named('normal'))
      expect(isWithin(fleet.traitsOf(id), fleet.powerW(id, startMs + 2 * POLL_MS - fleet.traitsOf(id).clockOffS * 1000), 5_000)).toBe(true)
    for (const id of present) {
      const raws = rig.log.read(telemetryRaw.sep2).flatMap(({ value }) => (value?.deviceId === id ? [value] : []))
      expectMetered(id, raws)
    }
    for (const id of present) expectWatched(id, lines)
    expectDirt(present)
    expect(fleet.stats()).toMatchObject({ failed: 0 })
    expect(fleet.stats().doubled).toBeGreaterThan(0)
  })

  /** To the watt-hour; what a meter had that was replaced is missing, in a stretch that says so. */
  function expectMetered(id: string, raws: readonly RawTelemetry[]): void {
    const own = fleet.traitsOf(id)
    const told = toldOf(raws, readingOf(own), fleet.toldMs(id))
    const resetMs = fleet.resetMs(id)
    const [reset] = told.resets
    expect([id, told.resets.map(({ channel }) => channel).sort()]).toEqual([id, resetMs === undefined ? [] : ['export', 'import']])
    let lostWh = 0
    if (reset && resetMs !== undefined) {
      const fromMs = actualMs(own, reset.startMs)
      expect(
        told.resets.every(
          ({ startMs, stepMs, qualities }) => startMs === reset.startMs && stepMs === POLL_MS && qualities[0] === 'estimated',
        ),
      ).toBe(true)
      expect([fromMs <= resetMs, resetMs <= fromMs + POLL_MS]).toEqual([true, true])
      lostWh = fleet.meterWh(id, fromMs, resetMs)
    }
    const meteredWh = fleet.meterWh(id, actualMs(own, told.fromMs), actualMs(own, told.untilMs))
    const isMoved = own.readsLateS > 0 && own.dialect !== 'registers'
    expect([id, told.qualities]).toEqual([id, isMoved ? ['estimated'] : reset ? ['estimated', 'measured'] : ['measured']])
    expect([id, told.faults, told.netWh + lostWh]).toEqual([id, [], meteredWh])
  }

  /** Some of each kind are there. */
  function expectDirt(present: readonly string[]): void {
    const dirt = present.map((id) => fleet.traitsOf(id))
    const counts = [
      dirt.filter(({ resetsAfterMs }) => resetsAfterMs !== undefined).length,
      dirt.filter(({ clockOffS }) => clockOffS > 0).length,
      dirt.filter(({ clockOffS, kind }) => clockOffS < 0 && kind === 'battery').length,
      dirt.filter(({ readsLateS, dialect }) => readsLateS > 0 && dialect !== 'registers').length,
    ]
    expect(counts).not.toContain(0)
  }

  /** A wrong clock is told of as what it is; only who states the time often enough can be found behind. */
  function expectWatched(id: string, lines: readonly string[]): void {
    const { clockOffS, kind } = fleet.traitsOf(id)
    const verdicts = lines.flatMap((line) => (line.startsWith(`sep2 ${id}: `) ? [/is (\w+)/.exec(line)?.[1]] : []))
    if (clockOffS > 0) expect([id, verdicts]).toEqual([id, ['ahead']])
    else if (clockOffS < 0 && kind === 'battery') expect([id, verdicts]).toEqual([id, ['behind']])
    else expect([id, verdicts.filter((verdict) => clockOffS === 0 || verdict !== 'behind')]).toEqual([id, []])
  }
})
