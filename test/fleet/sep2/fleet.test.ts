/** The fleet on a real server: what it tells adds up to its meters, and what it was told it does, but for those drawn not to. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { authority, clientCertificate } from '../../connectors/sep2/pki.ts'
import { createRig, NOW_S, type Rig } from '../../connectors/sep2/rig.ts'
import { eventually } from '../../support/eventually.ts'
import { HOUR_MS } from '../load-model.ts'
import { createSep2Fleet, type Fleet } from './fleet.ts'
import { createMeter, isWithin } from './meter.ts'
import { toldOf } from './told.ts'
import { extraOf, type Mix, traitsOf } from './traits.ts'

const SEED = 7
const START_MS = NOW_S * 1000
const POLL_MS = 300_000

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
  const MIX: Mix = { absent: 0.1, rejects: 0.1, notSupported: 0.1, ignores: 0.1, late: 0.1, doubles: 0.3, batches: 0.2 }
  const ids = Array.from({ length: COUNT }, (_, index) => `der-${index}`)
  const traits = new Map(ids.map((id) => [id, traitsOf(SEED, id, MIX)]))
  const named = (name: string) => ids.filter((id) => traits.get(id)?.answering === name && traits.get(id)?.presence === 'online')
  let rig: Rig
  let fleet: Fleet
  afterEach(async () => {
    await fleet.stop()
    await rig.stop()
  })

  test('every device answers as drawn, follows what it took, and tells its meter to the watt-hour', async () => {
    const devices = await Promise.all(
      [...traits.values()].map(async (one) => ({
        deviceId: one.id,
        extra: extraOf(one, (await clientCertificate(one.id)).lfdi),
        attributes: { ratedW: one.ratedW },
      })),
    )
    rig = await createRig({ devices })
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
    while (clock.nowMs() < endMs || present.some((id) => fleet.toldMs(id) <= endMs)) {
      const { visits } = fleet.stats()
      clock.advance(POLL_MS)
      await eventually('their polls', () => fleet.stats().visits >= visits + present.length)
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
    for (const id of named('normal')) expect(isWithin(fleet.traitsOf(id), fleet.powerW(id, startMs + 2 * POLL_MS), 5_000)).toBe(true)
    for (const id of present) {
      const raws = rig.log.read(telemetryRaw.sep2).flatMap(({ value }) => (value?.deviceId === id ? [value] : []))
      const { netWh, fromMs, untilMs, faults } = toldOf(raws, { stepMs: POLL_MS, untilMs: fleet.toldMs(id) })
      expect([id, netWh, faults]).toEqual([id, fleet.meterWh(id, fromMs, untilMs), []])
    }
    expect(fleet.stats()).toMatchObject({ failed: 0 })
    expect(fleet.stats().doubled).toBeGreaterThan(0)
  })
})
