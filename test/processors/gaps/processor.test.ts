/** Silence is noticed on ticks, asked for again, and ends recovered or lost with the energy between the registers. */
import { describe, expect, it } from 'vitest'
import { createGapDetector } from '../../../processors/gaps/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { TelemetryGap } from '../../../schemas/telemetry.ts'
import { enrollmentState, telemetryGaps, telemetryRaw } from '../../../topics/catalogue.ts'
import type { Driver } from '../../driver/driver.ts'
import { aggregator, blocksOf, MINUTE_MS, normalizer, openDriver, readingsOf, START_MS, sumOf, sumOfLatest } from '../metering/rig.ts'
import { blockRecord, samplesRecord } from '../metering/samples.ts'
import { aDevice } from '../metering/terms.ts'

const topology: Topology = {
  subTopologies: [{ name: 'telemetry', partitioning: 'device', processors: [normalizer, aggregator, createGapDetector()] }],
  external: [],
  terminal: [],
}
const charger = aDevice('a')
const watched = { ...charger, attributes: { ...charger.attributes, cadenceS: 60 } }
const open = () => openDriver({ devices: [watched] }, {}, topology)

const at = (minute: number) => START_MS + minute * MINUTE_MS
const sample = (driver: Driver, minute: number, registerWh: number) =>
  driver.send(telemetryRaw.loopback, samplesRecord('a', [{ atMs: at(minute), registerWh }], Math.max(at(minute), driver.nowMs())))
const gapsOf = (driver: Driver): TelemetryGap[] => driver.read(telemetryGaps).flatMap(({ value }) => (value ? [value] : []))
const story = (driver: Driver) =>
  gapsOf(driver).map(({ status, fromMs, untilMs }) => [status, (fromMs - START_MS) / MINUTE_MS, (untilMs - START_MS) / MINUTE_MS])
const live = (driver: Driver, from: number, to: number) => {
  for (let minute = from; minute <= to; minute++) {
    sample(driver, minute, minute * 100)
    driver.advanceTo(at(minute) + 1000)
  }
}

describe('a gap', () => {
  it('is not found where readings come as expected', () => {
    const driver = open()
    live(driver, 0, 30)
    expect(gapsOf(driver)).toEqual([])
  })

  it('opens by ticks alone, and is asked for again', () => {
    const driver = open()
    live(driver, 0, 10)
    driver.advanceTo(at(30), MINUTE_MS)
    expect(story(driver).map(([status, from]) => [status, from])).toEqual([
      ['open', 10],
      ['requested', 10],
    ])
  })

  it('opens for a device that never says anything', () => {
    const driver = open()
    driver.advanceTo(at(10), MINUTE_MS)
    expect(story(driver)[0]?.slice(0, 2)).toEqual(['open', 0])
  })

  it('is lost with the energy between the registers when nobody fills it; no interval carries a long one', () => {
    const driver = open()
    live(driver, 0, 15)
    driver.advanceTo(at(200), MINUTE_MS)
    sample(driver, 200, 90_000)
    driver.advanceTo(at(300), MINUTE_MS)
    const lost = gapsOf(driver).filter(({ status }) => status === 'lost')
    expect(lost).toEqual([expect.objectContaining({ fromMs: at(15), untilMs: at(200), energyWh: 90_000 - 1500, carried: false })])
    expect(sumOf(readingsOf(driver))).toBe(90_000)
    expect(sumOfLatest(blocksOf(driver)) + (lost[0]?.energyWh ?? 0)).toBe(90_000)
  })

  it('of an hour is lost in detail, and its energy is carried by estimated intervals', () => {
    const driver = open()
    live(driver, 0, 15)
    driver.advanceTo(at(75), MINUTE_MS)
    sample(driver, 75, 3500)
    for (let minute = 76; minute <= 140; minute++) sample(driver, minute, 3500)
    driver.advanceTo(at(140), MINUTE_MS)
    expect(gapsOf(driver).at(-1)).toMatchObject({ status: 'lost', energyWh: 2000, carried: true })
    expect(sumOfLatest(blocksOf(driver))).toBe(3500)
  })

  it('is told of again when readings end it, so that whoever asks knows how far it reaches', () => {
    const driver = open()
    live(driver, 0, 10)
    driver.advanceTo(at(30), MINUTE_MS)
    for (let minute = 40; minute <= 45; minute++) sample(driver, minute, minute * 100)
    driver.advanceTo(at(46), MINUTE_MS)
    expect(story(driver).slice(1)).toEqual([
      ['requested', 10, expect.any(Number)],
      ['requested', 10, 40],
    ])
    expect(gapsOf(driver).map(({ endedMs }) => endedMs !== null)).toEqual([false, false, true])
    live(driver, 47, 60)
    expect(gapsOf(driver)).toHaveLength(3)
  })

  it('is recovered when the device sends what it kept, in whatever pieces', () => {
    const driver = open()
    live(driver, 0, 10)
    driver.advanceTo(at(30), MINUTE_MS)
    for (let minute = 11; minute <= 31; minute++) sample(driver, minute, minute * 100)
    driver.advanceTo(at(32), MINUTE_MS)
    expect(story(driver).at(-1)?.[0]).toBe('recovered')
    expect(gapsOf(driver).map(({ revision }) => revision)).toEqual([1, 2, 3])
    expect(new Set(gapsOf(driver).map(({ gapId }) => gapId)).size).toBe(1)
  })

  it('is recovered by an import that covers it', () => {
    const driver = open()
    live(driver, 0, 15)
    driver.advanceTo(at(45), MINUTE_MS)
    sample(driver, 45, 9000)
    driver.advanceTo(at(46))
    driver.send(telemetryRaw.import, blockRecord('a', { startMs: at(15), values: [10, 20] }, driver.nowMs()))
    driver.advanceTo(at(48))
    expect(story(driver).at(-1)?.[0]).toBe('recovered')
  })

  it('is expected of no device that reports another channel, is terminated, or has no cadence', () => {
    const driver = openDriver({ devices: [watched, aDevice('b'), { ...watched, deviceId: 'c', terminatedMs: START_MS }] }, {}, topology)
    driver.send(telemetryRaw.loopback, samplesRecord('a', [{ atMs: at(0), registerWh: 0, channel: 'export' }], at(0)))
    driver.send(telemetryRaw.loopback, samplesRecord('a', [{ atMs: at(1), registerWh: 5, channel: 'export' }], at(1)))
    driver.run()
    driver.send(enrollmentState, watched)
    driver.advanceTo(at(20), MINUTE_MS)
    expect(gapsOf(driver).every(({ channel, deviceId }) => channel === 'export' && deviceId === 'a')).toBe(true)
    expect(gapsOf(driver).length).toBeGreaterThan(0)
  })
})
