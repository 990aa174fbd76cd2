/** Stated intervals of the past become closed ones at once: in blocks as they came, divided where they are long, revised where they change. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { blocksOf, latestIntervals, MINUTE_MS, openDriver, rowsOf, START_MS, sumOf, sumOfLatest } from '../metering/rig.ts'
import { blockRecord } from '../metering/samples.ts'
import { aDevice, aProgram, aTerms } from '../metering/terms.ts'

const world = { devices: [aDevice('a', {}, ['p']), aDevice('b', {}, ['p'])], programs: [aProgram('p')] }
const STEP_MS = 15 * MINUTE_MS

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
    expect(rowsOf(driver)).toEqual([[15, 'measured', 1000, 1]])
    driver.advanceTo(START_MS + MINUTE_MS)
    expect(rowsOf(driver)).toEqual([
      [3, 'measured', 666, 1],
      [15, 'measured', 1000, 1],
    ])
    driver.send(telemetryRaw.import, day({ stepS: 300, values: [1, 2, 3] }))
    driver.advanceTo(START_MS + 2 * MINUTE_MS)
    expect(rowsOf(driver)[0]).toEqual([6, 'measured', 1000, 2])
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
    expect(rowsOf(driver).map(([wh, quality]) => [wh, quality])).toEqual([2, 3, 2, 3, 1, 2, 2, 2].map((wh) => [wh, 'estimated']))
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
