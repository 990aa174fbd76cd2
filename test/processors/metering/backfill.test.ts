/** Values that did not come, asked for when the device is back: every interval is recovered, and its results are computed anew once. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLoopback } from '../../../connectors/loopback/decode.ts'
import { gapDetector } from '../../../processors/gaps/processor.ts'
import { decodeImportBlock } from '../../../processors/normalizer/import-block.ts'
import { createNormalizer } from '../../../processors/normalizer/processor.ts'
import { router } from '../../../processors/router/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import { createSettlement } from '../../../processors/settlement/processor.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { telemetryGaps, telemetryRaw } from '../../../topics/catalogue.ts'
import type { Driver, DriverOptions } from '../../driver/driver.ts'
import { answerFromLog, DAY_MS, decide, EVENT_END_MS, EVENT_START_MS, HOUR_MS, resultsOf, story } from '../settlement/rig.ts'
import { createAsking } from './asking.ts'
import { anEvent, orderOf } from './events.ts'
import { aggregator, blocksOf, latestIntervals, MINUTE_MS, normalizer, openDriver, readingsOf, sumOf, sumOfLatest } from './rig.ts'
import { blockRecord, samplesRecord } from './samples.ts'
import { aDevice, aProgram, aTerms } from './terms.ts'

const STEP_MS = 15 * MINUTE_MS
const START_MS = EVENT_START_MS - HOUR_MS
/** The device says nothing from half an hour before the event until three hours after it. */
const AWAY_FROM_MS = EVENT_START_MS - HOUR_MS / 2
const BACK_MS = EVENT_END_MS + 3 * HOUR_MS
const END_MS = BACK_MS + 2 * HOUR_MS

/** 7.2 kW, held to 2.4 kW in the event: 120 and 40 Wh a minute. */
const drawnWh = (untilMs: number) => {
  const minutes = (untilMs - START_MS) / MINUTE_MS
  const inEvent = Math.min(Math.max(untilMs - EVENT_START_MS, 0), HOUR_MS) / MINUTE_MS
  return (minutes - inEvent) * 120 + inEvent * 40
}

interface Source {
  readonly topology: Topology
  readonly firstMs: number
  readonly cadenceMs: number
  /** What the device says about the stretch that ends at `atMs`. */
  readonly say: (atMs: number, receivedMs: number) => RawTelemetry
}

const topologyOf = (read: typeof normalizer): Topology => ({
  subTopologies: [
    { name: 'telemetry', partitioning: 'device', processors: [read, aggregator, gapDetector, router] },
    { name: 'settlement', partitioning: 'device', processors: [createSettlement({ askAgainMs: 60_000 })] },
  ],
  external: [],
  terminal: [],
})

/** A register, read every minute. */
const register: Source = {
  topology: topologyOf(normalizer),
  firstMs: START_MS,
  cadenceMs: MINUTE_MS,
  say: (atMs, receivedMs) => samplesRecord('a', [{ atMs, registerWh: 50_000 + drawnWh(atMs) }], receivedMs),
}
/** The energy of each quarter of an hour, as a line of the loopback protocol. */
const intervals: Source = {
  topology: topologyOf(createNormalizer({ decoders: { loopback: decodeLoopback, none: decodeImportBlock } })),
  firstMs: START_MS + STEP_MS,
  cadenceMs: STEP_MS,
  say(atMs, receivedMs) {
    const energyWh = drawnWh(atMs) - drawnWh(atMs - STEP_MS)
    const line = { id: 'q', energy: { channel: 'import', startMs: atMs - STEP_MS, stepS: 900, energyWh } }
    return { ...samplesRecord('a', [], receivedMs), body: Buffer.from(JSON.stringify(line)) }
  },
}

interface Course extends Partial<DriverOptions> {
  /** `none`: the device kept nothing. */
  readonly kept?: 'all' | 'none'
  readonly dataDeadlineS?: number
}

/** Lives through it; the device is asked on every tick that it can be reached. */
function play(source: Source, { kept = 'all', dataDeadlineS = 86_400, ...options }: Course = {}) {
  const charger = aDevice('a', {}, ['p'])
  const watched = { ...charger, attributes: { ...charger.attributes, cadenceS: source.cadenceMs / 1000 } }
  const world = { devices: [watched], programs: [aProgram('p', aTerms({ dataDeadlineS }))] }
  const answers = { 'settlement.history': (question: never): unknown => answerFromLog(driver, question) }
  const driver: Driver = openDriver(world, { startMs: START_MS, answers, ...options }, source.topology)
  const values = new Array<number>(96).fill(1800)
  for (let day = 20; day >= 1; day--)
    driver.send(telemetryRaw.import, blockRecord('a', { startMs: EVENT_START_MS - day * DAY_MS - 17 * HOUR_MS, values }, START_MS))
  orderOf(driver, [anEvent({ eventId: 'e', programId: 'p', startMs: EVENT_START_MS, endMs: EVENT_END_MS })])
  driver.run()
  decide(driver, 'e', 'a', 'sent')
  const say = (atMs: number): void => driver.send(telemetryRaw.loopback, source.say(atMs, driver.nowMs()))
  const asking = createAsking(driver, ({ fromMs, untilMs }) => {
    if (kept === 'none') return 'impossible'
    const firstMs = Math.ceil((fromMs + 1) / source.cadenceMs) * source.cadenceMs
    for (let atMs = firstMs; atMs <= untilMs; atMs += source.cadenceMs) say(atMs)
    return 'coming'
  })
  for (let atMs = START_MS; atMs <= END_MS; atMs += MINUTE_MS) {
    const isAway = atMs > AWAY_FROM_MS && atMs < BACK_MS
    driver.advanceTo(atMs)
    if (!isAway && atMs >= source.firstMs && (atMs - START_MS) % source.cadenceMs === 0) say(atMs)
    asking.ask(() => !isAway)
  }
  driver.advanceTo(END_MS + 2 * HOUR_MS, 5 * MINUTE_MS)
  return { driver, asking }
}

const gapsOf = (driver: Driver) => driver.read(telemetryGaps).flatMap(({ value }) => (value ? [value] : []))
/** What became of the long gap; after the end of the story the device is silent again. */
const endOfGap = (driver: Driver) => {
  const [first] = gapsOf(driver)
  return gapsOf(driver).findLast(({ gapId }) => gapId === first?.gapId)
}
const METERED = { actualWh: [600, 600, 600, 600], reductionWh: [1200, 1200, 1200, 1200], coveragePermille: [1000, 1000, 1000, 1000] }

describe.each([
  ['a register', register],
  ['stated intervals', intervals],
] as const)('a gap over a whole event and three hours more, of %s', (_, source) => {
  const { driver, asking } = play(source)
  const ofDevice = blocksOf(driver).filter(({ source: from }) => from === 'loopback')

  it('is asked for while the device can be reached, and ends recovered', () => {
    expect(endOfGap(driver)).toMatchObject({ status: 'recovered', fromMs: AWAY_FROM_MS })
    expect(asking.asked[0]).toMatchObject({ deviceId: 'a', channel: 'import', fromMs: AWAY_FROM_MS, untilMs: BACK_MS })
  })

  it('leaves every interval whole, measured and exact', () => {
    const rows = [...latestIntervals(ofDevice).values()]
    expect(rows.every(({ coveragePermille, quality }) => coveragePermille === 1000 && quality === 'measured')).toBe(true)
    expect(rows.map(({ wh }) => wh)).toEqual(rows.map((_row, index) => (index >= 4 && index < 8 ? 600 : 1800)))
    expect(sumOfLatest(ofDevice)).toBe(drawnWh(START_MS + rows.length * STEP_MS))
  })

  it('brings revisions that say that their values were recovered', () => {
    const recovered = ofDevice.filter(({ reason }) => reason === 'recovered')
    const steps = recovered.flatMap(({ startMs, values }) => values.map((_wh, index) => startMs + index * STEP_MS))
    const missing = Array.from({ length: (BACK_MS - AWAY_FROM_MS) / STEP_MS }, (_step, index) => AWAY_FROM_MS + index * STEP_MS)
    expect(steps.sort((a, b) => a - b)).toEqual(missing)
    expect(ofDevice.filter(({ reason }) => reason === 'late' || reason === 'edited')).toEqual([])
  })

  it('has the result computed anew once, and then made final', () => {
    expect(story(driver)).toEqual(['1 preliminary initial', '2 preliminary lateData', '3 final lateData'])
    expect(resultsOf(driver)[0]).toMatchObject({ coveragePermille: [0, 0, 0, 0], reductionWh: [0, 0, 0, 0] })
    expect(resultsOf(driver)[1]).toMatchObject({ ...METERED, gapWh: 0 })
  })

  it('restates a result once that was final without it', () => {
    const late = play(source, { dataDeadlineS: 3600 })
    expect(story(late.driver)).toEqual(['1 preliminary initial', '2 final deadline', '3 restated lateData'])
    expect(resultsOf(late.driver).at(-1)).toMatchObject(METERED)
  })

  it('comes to the same whatever crashes, comes twice or is shuffled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), fc.boolean(), (seed, deliverTwice) => {
        const rough = play(source, { crashAnywhere: seed, shuffleUnrelatedKeys: seed, deliverTwice, maxRecordsPerTransaction: 30 })
        expect(endOfGap(rough.driver)?.status).toBe('recovered')
        expect(resultsOf(rough.driver).at(-1)).toMatchObject({ ...METERED, status: 'final' })
        expect(latestIntervals(blocksOf(rough.driver)).size).toBe(latestIntervals(blocksOf(driver)).size)
      }),
      { numRuns: 2 },
    )
  })
})

describe('a gap that the device has no values for', () => {
  it('of a register is lost, with the energy between, and stands beside the result', () => {
    const { driver, asking } = play(register, { kept: 'none' })
    const lostWh = drawnWh(BACK_MS) - drawnWh(AWAY_FROM_MS)
    expect(asking.asked).toHaveLength(1)
    expect(endOfGap(driver)).toMatchObject({ status: 'lost', energyWh: lostWh, carried: false, fromMs: AWAY_FROM_MS, untilMs: BACK_MS })
    const ofDevice = blocksOf(driver).filter(({ source }) => source === 'loopback')
    const closedWh = drawnWh(END_MS) - drawnWh(START_MS)
    expect(sumOf(readingsOf(driver).filter(({ source }) => source === 'loopback'))).toBe(closedWh)
    expect(sumOfLatest(ofDevice) + lostWh).toBe(closedWh)
    expect(resultsOf(driver).at(-1)).toMatchObject({ gapWh: lostWh, reductionWh: [0, 0, 0, 0] })
  })

  it('of stated intervals is lost, and nobody knows how much', () => {
    const { driver, asking } = play(intervals, { kept: 'none' })
    expect(asking.asked).toHaveLength(1)
    expect(endOfGap(driver)).toMatchObject({ status: 'lost', energyWh: null })
    expect(resultsOf(driver).at(-1)).toMatchObject({ gapWh: 0, coveragePermille: [0, 0, 0, 0], reductionWh: [0, 0, 0, 0] })
  })
})
