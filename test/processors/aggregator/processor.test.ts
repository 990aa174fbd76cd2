/** Readings become intervals: exact sums, closed on ticks, the same in any order, revised when something comes late. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import type { Driver } from '../../driver/driver.ts'
import { blocksOf, latestIntervals, MINUTE_MS, openDriver, readingsOf, START_MS, sumOf, sumOfLatest } from '../metering/rig.ts'
import { blockRecord, samplesRecord } from '../metering/samples.ts'
import { aDevice, aProgram, aTerms } from '../metering/terms.ts'

const world = { devices: [aDevice('a', {}, ['p']), aDevice('b', {}, ['p'])], programs: [aProgram('p')] }
const STEP_MS = 15 * MINUTE_MS

const sample = (driver: Driver, minutes: number, registerWh: number, deviceId = 'a') => {
  const atMs = START_MS + Math.round(minutes * MINUTE_MS)
  driver.send(telemetryRaw.loopback, samplesRecord(deviceId, [{ atMs, registerWh }], Math.max(atMs, driver.nowMs())))
}
const rows = (driver: Driver) =>
  [...latestIntervals(blocksOf(driver)).values()].map(({ wh, quality, coveragePermille, revision }) => [
    wh,
    quality,
    coveragePermille,
    revision,
  ])

describe('windows', () => {
  it('close on the tick after end and grace, not before, and not by what a device says', () => {
    const driver = openDriver(world)
    for (let minute = 0; minute <= 30; minute += 5) sample(driver, minute, minute * 10)
    driver.advanceTo(START_MS + STEP_MS + 119_000)
    expect(blocksOf(driver)).toEqual([])
    driver.advanceTo(START_MS + STEP_MS + 135_000)
    expect(blocksOf(driver)).toEqual([
      {
        deviceId: 'a',
        channel: 'import',
        source: 'loopback',
        startMs: START_MS,
        stepS: 900,
        revision: 1,
        reason: 'initial',
        values: [150],
        qualities: ['measured'],
        coveragePermille: [1000],
      },
    ])
  })

  it('close though nothing ever comes again', () => {
    const driver = openDriver(world)
    sample(driver, 1, 0)
    sample(driver, 4, 30)
    driver.advanceTo(START_MS + 60 * MINUTE_MS, MINUTE_MS)
    expect(rows(driver)).toEqual([[30, 'measured', 200, 1]])
  })

  it('share a stretch across a boundary exactly; a coarse cut is estimated', () => {
    const driver = openDriver(world)
    sample(driver, 0, 0)
    sample(driver, 14.5, 100)
    sample(driver, 15.5, 103)
    sample(driver, 36, 140)
    driver.advanceTo(START_MS + 60 * MINUTE_MS)
    expect(rows(driver)).toEqual([
      [101, 'measured', 1000, 1],
      [28, 'estimated', 1000, 1],
      [11, 'estimated', 400, 1],
    ])
  })

  it('stand at 5 minutes where a program settles at 5 minutes', () => {
    const driver = openDriver({ ...world, programs: [aProgram('p', aTerms({ stepS: 300 }))] })
    sample(driver, 0, 0)
    sample(driver, 10, 100)
    driver.advanceTo(START_MS + 60 * MINUTE_MS)
    expect(rows(driver)).toEqual([
      [50, 'estimated', 1000, 1],
      [50, 'estimated', 1000, 1],
    ])
  })

  it('leave out a stretch too long to be spread', () => {
    const driver = openDriver(world)
    sample(driver, 0, 0)
    sample(driver, 15, 10)
    sample(driver, 15 + 121, 5010)
    sample(driver, 150, 5020)
    driver.advanceTo(START_MS + 300 * MINUTE_MS)
    expect(sumOf(readingsOf(driver))).toBe(5020)
    expect(sumOfLatest(blocksOf(driver))).toBe(20)
  })
})

describe('late data', () => {
  it('revises once, however many samples came', () => {
    const driver = openDriver(world)
    sample(driver, 0, 0)
    sample(driver, 5, 50)
    driver.advanceTo(START_MS + 20 * MINUTE_MS)
    expect(rows(driver)).toEqual([[50, 'measured', 333, 1]])
    for (const minute of [8, 11, 15, 20]) sample(driver, minute, minute * 10)
    driver.run()
    expect(rows(driver)).toEqual([[50, 'measured', 333, 1]])
    driver.advanceTo(START_MS + 40 * MINUTE_MS)
    expect(rows(driver)).toEqual([
      [150, 'measured', 1000, 2],
      [50, 'measured', 333, 1],
    ])
    expect(blocksOf(driver).filter(({ revision }) => revision === 2)).toEqual([
      expect.objectContaining({ reason: 'late', startMs: START_MS }),
    ])
  })

  it('divides anew what was estimated, and keeps the sum', () => {
    const driver = openDriver(world)
    sample(driver, 0, 0)
    sample(driver, 30, 300)
    driver.advanceTo(START_MS + 60 * MINUTE_MS)
    expect(rows(driver)).toEqual([
      [150, 'estimated', 1000, 1],
      [150, 'estimated', 1000, 1],
    ])
    sample(driver, 15, 40)
    driver.advanceTo(START_MS + 70 * MINUTE_MS)
    expect(rows(driver)).toEqual([
      [40, 'measured', 1000, 2],
      [260, 'measured', 1000, 2],
    ])
    expect(blocksOf(driver).at(-1)).toMatchObject({ reason: 'edited' })
  })
})

const trace = fc
  .array(fc.record({ stepS: fc.integer({ min: 5, max: 400 }), energyWh: fc.integer({ min: 0, max: 500 }) }), {
    minLength: 2,
    maxLength: 14,
  })
  .map((steps) => {
    let [atS, registerWh] = [0, 1000]
    return steps.map(({ stepS, energyWh }) => {
      atS += stepS
      registerWh += energyWh
      return { minutes: atS / 60, registerWh }
    })
  })

describe('any order of samples', () => {
  it('gives the same intervals, whose sum is the difference of the register', () => {
    const play = (samples: readonly { readonly minutes: number; readonly registerWh: number }[], ticks = false) => {
      const driver = openDriver(world)
      for (const { minutes, registerWh } of samples) {
        sample(driver, minutes, registerWh)
        if (ticks) driver.advanceTo(driver.nowMs() + 11 * MINUTE_MS)
      }
      driver.advanceTo(START_MS + 600 * MINUTE_MS)
      return driver
    }
    fc.assert(
      fc.property(
        trace.chain((samples) =>
          fc.tuple(fc.constant(samples), fc.shuffledSubarray([...samples, ...samples], { minLength: samples.length * 2 })),
        ),
        fc.boolean(),
        ([samples, arrival], ticks) => {
          const [ordered, disordered] = [play(samples), play(arrival, ticks)]
          const difference = (samples.at(-1)?.registerWh ?? 0) - (samples[0]?.registerWh ?? 0)
          expect(sumOf(readingsOf(disordered))).toBe(difference)
          expect(sumOfLatest(blocksOf(disordered))).toBe(difference)
          const withoutRevision = (driver: Driver) => rows(driver).map(([wh, quality, coverage]) => [wh, quality, coverage])
          expect(withoutRevision(disordered)).toEqual(withoutRevision(ordered))
          if (!ticks) expect(blocksOf(disordered)).toEqual(blocksOf(ordered))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('imported days', () => {
  const midnight = Date.UTC(2026, 5, 9, 7)
  const values = Array.from({ length: 96 }, (_, i) => i * 3)
  const day = (changes = {}) => blockRecord('a', { startMs: midnight, values, ...changes }, START_MS)

  it('close at once when they are whole', () => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.import, day())
    driver.run()
    expect(sumOfLatest(blocksOf(driver))).toBe(sumOf([{ values }]))
    expect(blocksOf(driver).every(({ reason, revision }) => reason === 'initial' && revision === 1)).toBe(true)
  })

  it('are one block each, though a local day lies in two of UTC, and none is longer than a day', () => {
    const driver = openDriver({ ...world, programs: [aProgram('p', aTerms({ stepS: 3600 }))] })
    for (let day = 0; day < 3; day++)
      driver.send(
        telemetryRaw.import,
        blockRecord('b', { startMs: midnight - day * 86_400_000, stepS: 3600, values: values.slice(0, 24) }, START_MS),
      )
    driver.send(
      telemetryRaw.import,
      blockRecord('a', { startMs: midnight - 86_400_000, stepS: 3600, values: values.slice(0, 40) }, START_MS),
    )
    driver.run()
    const lengths = (deviceId: string) =>
      blocksOf(driver)
        .filter((block) => block.deviceId === deviceId)
        .map((block) => block.values.length)
    expect(lengths('b')).toEqual([24, 24, 24])
    expect(lengths('a')).toEqual([17, 23])
    expect(sumOfLatest(blocksOf(driver))).toBe(
      sumOf([0, 1, 2].map(() => ({ values: values.slice(0, 24) }))) + sumOf([{ values: values.slice(0, 40) }]),
    )
  })

  it('change nothing when they come again, and revise what was edited', () => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.import, day())
    driver.send(telemetryRaw.import, day())
    driver.run()
    const before = blocksOf(driver).length
    driver.send(telemetryRaw.import, day({ values: values.with(10, 1000) }))
    driver.run()
    const revised = blocksOf(driver).slice(before)
    expect(revised).toEqual([
      expect.objectContaining({ startMs: midnight + 10 * STEP_MS, values: [1000], revision: 2, reason: 'edited', source: 'import' }),
    ])
  })

  it('wait for the tick where something is missing, and are revised when it comes', () => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.import, day({ stepS: 300, values: [1, 2, null, 4, 5, 6] }))
    driver.run()
    expect(rows(driver)).toEqual([[15, 'measured', 1000, 1]])
    driver.advanceTo(START_MS + MINUTE_MS)
    expect(rows(driver)).toEqual([
      [3, 'measured', 666, 1],
      [15, 'measured', 1000, 1],
    ])
    driver.send(telemetryRaw.import, day({ stepS: 300, values: [1, 2, 3] }))
    driver.advanceTo(START_MS + 2 * MINUTE_MS)
    expect(rows(driver)[0]).toEqual([6, 'measured', 1000, 2])
  })

  it('come to the same as one block and as many, over midnight, whatever is missing', () => {
    const play = (blocks: readonly Parameters<typeof blockRecord>[1][]) => {
      const driver = openDriver(world)
      for (const block of blocks) driver.send(telemetryRaw.import, blockRecord('a', block, START_MS))
      driver.advanceTo(START_MS + MINUTE_MS)
      return latestIntervals(blocksOf(driver))
    }
    const stated = fc.record({
      value: fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 30 }),
      quality: fc.constantFrom('measured' as const, 'measured' as const, 'estimated' as const, 'edited' as const, 'modelled' as const),
    })
    fc.assert(
      fc.property(fc.array(stated, { minLength: 1, maxLength: 96 }), fc.integer({ min: -100, max: 40 }), (all, slot) => {
        const startMs = midnight + slot * STEP_MS
        const blockOf = (part: typeof all, from: number) => ({
          startMs: startMs + from * STEP_MS,
          values: part.map(({ value }) => value),
          qualities: part.map(({ value, quality }) => (value === null ? 'missing' : quality)),
        })
        expect(play([blockOf(all, 0)])).toEqual(play(all.map((one, index) => blockOf([one], index))))
      }),
    )
  })

  it('of hours are divided into quarters, estimated, with the same sum', () => {
    const driver = openDriver(world)
    driver.send(telemetryRaw.import, day({ stepS: 3600, values: [10, 7] }))
    driver.run()
    expect(rows(driver).map(([wh, quality]) => [wh, quality])).toEqual([2, 3, 2, 3, 1, 2, 2, 2].map((wh) => [wh, 'estimated']))
  })

  it.each([
    ['23 hours', Date.UTC(2026, 2, 8, 8), 92],
    ['25 hours', Date.UTC(2025, 10, 2, 7), 100],
  ])('have %s where clocks change', (_, startMs, count) => {
    const driver = openDriver(world)
    const all = Array.from({ length: count }, (_, i) => i + 1)
    driver.send(telemetryRaw.import, blockRecord('a', { startMs, values: all.slice(0, 50) }, START_MS))
    driver.send(telemetryRaw.import, blockRecord('a', { startMs: startMs + 50 * STEP_MS, values: all.slice(50) }, START_MS))
    driver.run()
    const latest = [...latestIntervals(blocksOf(driver)).values()]
    expect(latest.map(({ wh }) => wh)).toEqual(all)
  })

  it('stand on the local hour where a zone is half an hour off', () => {
    const kolkata = aProgram('p', aTerms({ stepS: 3600, zone: 'Asia/Kolkata' }))
    const driver = openDriver({ ...world, programs: [kolkata] })
    const localMidnight = Date.UTC(2026, 5, 8, 18, 30)
    driver.send(telemetryRaw.import, blockRecord('a', { startMs: localMidnight, stepS: 3600, values: [10, 20, 30] }, START_MS))
    driver.run()
    expect(blocksOf(driver)).toEqual([expect.objectContaining({ startMs: localMidnight, stepS: 3600, values: [10, 20, 30] })])
  })
})

describe('state', () => {
  it('forgets days that nothing touched for ten days; whole intervals still revise them', () => {
    const driver = openDriver(world)
    const startMs = START_MS - 8 * STEP_MS
    driver.send(telemetryRaw.import, blockRecord('a', { startMs, values: [1, 2] }, START_MS))
    driver.advanceTo(START_MS + MINUTE_MS)
    expect(driver.store('aggregator', 'days', 0).size + driver.store('aggregator', 'days', 1).size).toBe(1)
    driver.advanceTo(START_MS + 11 * 86_400_000)
    expect(driver.store('aggregator', 'days', 0).size + driver.store('aggregator', 'days', 1).size).toBe(0)
    driver.send(telemetryRaw.import, blockRecord('a', { startMs, values: [5, 2] }, driver.nowMs()))
    driver.run()
    expect(rows(driver)).toEqual([
      [5, 'measured', 1000, 2],
      [2, 'measured', 1000, 2],
    ])
  })

  it('survives a crash before any commit', () => {
    const play = (crashAfter?: number) => {
      const driver = openDriver(world, { maxRecordsPerTransaction: 4, workBudget: 1, ...(crashAfter ? { crashAfter } : {}) })
      for (const deviceId of ['a', 'b']) for (let minute = 0; minute <= 20; minute += 5) sample(driver, minute, minute * 7, deviceId)
      driver.send(telemetryRaw.import, blockRecord('a', { startMs: START_MS - 3_600_000, values: [1, 2] }, START_MS))
      driver.advanceTo(START_MS + 18 * MINUTE_MS)
      for (const deviceId of ['a', 'b']) sample(driver, 12, 100, deviceId)
      driver.advanceTo(START_MS + 60 * MINUTE_MS)
      return driver
    }
    const calm = play()
    for (let n = 1; n <= calm.transactions(); n++) expect(latestIntervals(blocksOf(play(n)))).toEqual(latestIntervals(blocksOf(calm)))
  })
})
