/** From register samples and imported days to the payment line, through every processor between, in whatever disorder. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gapDetector } from '../../../processors/gaps/processor.ts'
import { router } from '../../../processors/router/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import { settlement } from '../../../processors/settlement/processor.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import type { DriverOptions } from '../../driver/driver.ts'
import { anEvent, orderOf } from '../metering/events.ts'
import { aggregator, blocksOf, normalizer, openDriver, readingsOf, sumOf, sumOfLatest } from '../metering/rig.ts'
import { blockRecord, samplesRecord } from '../metering/samples.ts'
import { aDevice, aProgram } from '../metering/terms.ts'
import { answerFromLog, DAY_MS, decide, EVENT_END_MS, EVENT_START_MS, HOUR_MS, resultsOf, START_MS, statementsOf, story } from './rig.ts'

const MINUTE_MS = 60_000
const topology: Topology = {
  subTopologies: [
    { name: 'telemetry', partitioning: 'device', processors: [normalizer, aggregator, gapDetector, router] },
    { name: 'settlement', partitioning: 'device', processors: [settlement] },
  ],
  external: [],
  terminal: [],
}

/** The register of a charger of 7.2 kW that is held to 2.4 kW in the event: 120 and 40 Wh a minute. */
const registerAt = (minute: number) => {
  const inEvent = Math.min(Math.max(minute - 60, 0), 60)
  return 50_000 + (minute - inEvent) * 120 + inEvent * 40
}

/** An hour before the event to half an hour after, a sample a minute; the device is away from minute 80 to 100 and sends it all then. */
function play(options: Partial<DriverOptions> = {}) {
  const world = { devices: [aDevice('a', {}, ['p'])], programs: [aProgram('p')] }
  let driver = openDriver(world, {}, topology)
  const answers = { 'settlement.history': (question: never) => answerFromLog(driver, question) }
  driver = openDriver(world, { startMs: START_MS, answers, ...options }, topology)
  const values = new Array<number>(96).fill(1800)
  for (let day = 20; day >= 1; day--)
    driver.send(telemetryRaw.import, blockRecord('a', { startMs: EVENT_START_MS - day * DAY_MS - 17 * HOUR_MS, values }, START_MS))
  orderOf(driver, [anEvent({ eventId: 'e', programId: 'p', startMs: EVENT_START_MS, endMs: EVENT_END_MS })])
  driver.run()
  decide(driver, 'e', 'a', 'sent')
  const kept: number[] = []
  for (let minute = 0; minute <= 150; minute++) {
    kept.push(minute)
    if (minute > 80 && minute < 100) continue
    const samples = kept.map((at) => ({ atMs: START_MS + at * MINUTE_MS, registerWh: registerAt(at) }))
    driver.send(telemetryRaw.loopback, samplesRecord('a', samples.reverse(), START_MS + minute * MINUTE_MS))
    kept.length = 0
    if (minute % 5 === 0) driver.advanceTo(START_MS + minute * MINUTE_MS)
  }
  driver.advanceTo(EVENT_END_MS + 40 * MINUTE_MS, MINUTE_MS)
  return driver
}

describe('from the register to the payment', () => {
  const calm = play()

  it('no watt-hour is lost or counted twice', () => {
    const drawnWh = registerAt(150) - registerAt(0)
    expect(sumOf(readingsOf(calm).filter(({ source }) => source === 'loopback'))).toBe(drawnWh)
    expect(sumOfLatest(blocksOf(calm).filter(({ source }) => source === 'loopback'))).toBe(drawnWh)
  })

  it('the reduction is what the limit took', () => {
    expect(story(calm)[0]).toBe('1 preliminary initial')
    expect(resultsOf(calm).at(-1)?.status).toBe('final')
    expect(resultsOf(calm).at(-1)).toMatchObject({
      baselineWh: [1800, 1800, 1800, 1800],
      actualWh: [600, 600, 600, 600],
      reductionWh: [1200, 1200, 1200, 1200],
      coveragePermille: [1000, 1000, 1000, 1000],
      gapWh: 0,
    })
    expect(statementsOf(calm)).toEqual([expect.objectContaining({ reductionWh: 4800, energyMicro: 9_600_000, currency: 'USD' })])
  })

  it('crashes, doubles and disorder change nothing of it', () => {
    const paid = (driver: typeof calm) =>
      statementsOf(driver)
        .map(({ reductionWh, energyMicro }) => [reductionWh, energyMicro])
        .at(-1)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), fc.boolean(), (seed, deliverTwice) => {
        const driver = play({ crashAnywhere: seed, shuffleUnrelatedKeys: seed, deliverTwice, maxRecordsPerTransaction: 30 })
        driver.advanceTo(EVENT_END_MS + 90 * MINUTE_MS, 5 * MINUTE_MS)
        expect(paid(driver)).toEqual(paid(calm))
        expect(sumOf(readingsOf(driver).filter(({ source }) => source === 'loopback'))).toBe(registerAt(150) - registerAt(0))
      }),
      { numRuns: 4 },
    )
  })
})
