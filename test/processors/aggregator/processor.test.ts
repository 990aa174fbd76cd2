/** Readings become intervals: exact sums, closed on ticks, the same in any order, revised when something comes late. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import type { Driver } from '../../driver/driver.ts'
import { blocksOf, latestIntervals, MINUTE_MS, openDriver, readingsOf, rowsOf, START_MS, sumOf, sumOfLatest } from '../metering/rig.ts'
import { blockRecord, samplesRecord } from '../metering/samples.ts'
import { aDevice, aProgram, aTerms } from '../metering/terms.ts'

const world = { devices: [aDevice('a', {}, ['p']), aDevice('b', {}, ['p'])], programs: [aProgram('p')] }
const STEP_MS = 15 * MINUTE_MS

const sample = (driver: Driver, minutes: number, registerWh: number, deviceId = 'a') => {
  const atMs = START_MS + Math.round(minutes * MINUTE_MS)
  driver.send(telemetryRaw.loopback, samplesRecord(deviceId, [{ atMs, registerWh }], Math.max(atMs, driver.nowMs())))
}

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
    expect(rowsOf(driver)).toEqual([[30, 'measured', 200, 1]])
  })

  it('share a stretch across a boundary exactly; a coarse cut is estimated', () => {
    const driver = openDriver(world)
    sample(driver, 0, 0)
    sample(driver, 14.5, 100)
    sample(driver, 15.5, 103)
    sample(driver, 36, 140)
    driver.advanceTo(START_MS + 60 * MINUTE_MS)
    expect(rowsOf(driver)).toEqual([
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
    expect(rowsOf(driver)).toEqual([
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
    expect(rowsOf(driver)).toEqual([[50, 'measured', 333, 1]])
    for (const minute of [8, 11, 15, 20]) sample(driver, minute, minute * 10)
    driver.run()
    expect(rowsOf(driver)).toEqual([[50, 'measured', 333, 1]])
    driver.advanceTo(START_MS + 40 * MINUTE_MS)
    expect(rowsOf(driver)).toEqual([
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
    expect(rowsOf(driver)).toEqual([
      [150, 'estimated', 1000, 1],
      [150, 'estimated', 1000, 1],
    ])
    sample(driver, 15, 40)
    driver.advanceTo(START_MS + 70 * MINUTE_MS)
    expect(rowsOf(driver)).toEqual([
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
          const withoutRevision = (driver: Driver) => rowsOf(driver).map(([wh, quality, coverage]) => [wh, quality, coverage])
          expect(withoutRevision(disordered)).toEqual(withoutRevision(ordered))
          if (!ticks) expect(blocksOf(disordered)).toEqual(blocksOf(ordered))
        },
      ),
      { numRuns: 60 },
    )
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
    expect(rowsOf(driver)).toEqual([
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
