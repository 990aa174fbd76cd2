/** Events are settled on ticks: preliminary, final, restated; money follows; nothing is ever made up. */
import { describe, expect, it } from 'vitest'
import { telemetryGaps } from '../../../topics/catalogue.ts'
import { aTerms } from '../metering/terms.ts'
import {
  baselinesOf,
  callDevices,
  contribute,
  contributeHistory,
  EVENT_END_MS,
  EVENT_START_MS,
  HOUR_MS,
  openSettlement,
  resultsOf,
  STEP_MS,
  statementsOf,
  story,
} from './rig.ts'

const MINUTE_MS = 60_000
const SETTLED_MS = EVENT_END_MS + 4 * MINUTE_MS
const METERED = [400, 500, 600, 1100]

function playComplete() {
  const driver = openSettlement()
  contributeHistory(driver, 'a', 1000)
  callDevices(driver, { a: 'sent' })
  driver.advanceTo(EVENT_END_MS + MINUTE_MS)
  contribute(driver, 'a', EVENT_START_MS, METERED)
  driver.advanceTo(SETTLED_MS)
  return driver
}

describe('a complete event', () => {
  it('is settled on the tick after its end and grace, not before', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(EVENT_END_MS + 2 * MINUTE_MS)
    expect(resultsOf(driver)).toEqual([])
    driver.advanceTo(SETTLED_MS)
    expect(resultsOf(driver)).toEqual([
      {
        eventId: 'e',
        unitId: 'a',
        unitKind: 'device',
        programId: 'p',
        revision: 1,
        status: 'preliminary',
        reason: 'initial',
        startMs: EVENT_START_MS,
        stepS: 900,
        baselineRevision: 1,
        baselineWh: [1000, 1000, 1000, 1000],
        actualWh: METERED,
        reductionWh: [600, 500, 400, -100],
        qualities: ['measured', 'measured', 'measured', 'measured'],
        coveragePermille: [1000, 1000, 1000, 1000],
        gapWh: 0,
        noBaseline: null,
        intervalOffset: expect.any(Number),
        computedMs: SETTLED_MS,
        devicesLeftOut: 0,
      },
    ])
  })

  it('freezes its baseline with the days used, the days left out, and what was read', () => {
    const [baseline] = baselinesOf(playComplete())
    expect(baseline).toMatchObject({ revision: 1, method: '10-in-10', baselineWh: [1000, 1000, 1000, 1000], noBaseline: null, stepS: 900 })
    expect(baseline?.daysUsed).toEqual([
      '2026-06-09',
      '2026-06-08',
      '2026-06-05',
      '2026-06-04',
      '2026-06-03',
      '2026-06-02',
      '2026-06-01',
      '2026-05-29',
      '2026-05-28',
      '2026-05-27',
    ])
    expect(baseline?.daysLeftOut[0]).toEqual({ day: '2026-06-07', reason: 'other-day-kind' })
    expect(baseline?.historyOffset).toBe(resultsOf(playComplete())[0]?.intervalOffset)
  })

  it('becomes final on the next tick, and is paid', () => {
    const driver = playComplete()
    expect(statementsOf(driver)).toEqual([])
    driver.advanceTo(SETTLED_MS + MINUTE_MS)
    expect(story(driver)).toEqual(['1 preliminary initial', '2 final initial'])
    expect(statementsOf(driver)).toEqual([
      {
        statementId: 'p:2026-06',
        programId: 'p',
        unitId: 'a',
        eventId: 'e',
        resultRevision: 2,
        revision: 1,
        reductionWh: 1400,
        nominatedWh: null,
        energyMicro: 2_800_000,
        penaltyMicro: 0,
        currency: 'USD',
        computedMs: SETTLED_MS + MINUTE_MS,
        unitKind: 'device',
        startMs: EVENT_START_MS,
        seasonFrom: '2026-01-01',
        shortfallWh: null,
        rounding: 'half-even',
      },
    ])
  })

  it('counts the other way where the program wants load', () => {
    const driver = openSettlement(aTerms({ direction: 'take' }))
    contributeHistory(driver, 'a', 300)
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(SETTLED_MS)
    expect(resultsOf(driver)[0]?.reductionWh).toEqual([100, 200, 300, 800])
  })
})

describe('missing data', () => {
  it('is no reduction: the interval is flagged, and the result stays preliminary until the deadline', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, [400, 100], { coveragePermille: [1000, 300] })
    driver.advanceTo(EVENT_END_MS + 23 * HOUR_MS, HOUR_MS)
    expect(resultsOf(driver)).toEqual([
      expect.objectContaining({
        actualWh: [400, 100, 0, 0],
        reductionWh: [600, 0, 0, 0],
        coveragePermille: [1000, 300, 0, 0],
        qualities: ['measured', 'measured', 'missing', 'missing'],
        status: 'preliminary',
      }),
    ])
    driver.advanceTo(EVENT_END_MS + 25 * HOUR_MS)
    expect(story(driver)).toEqual(['1 preliminary initial', '2 final deadline'])
    expect(statementsOf(driver)).toEqual([expect.objectContaining({ reductionWh: 600 })])
  })

  it('from another source than the named one does not make a result final before the deadline', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED, { source: 'import' })
    driver.advanceTo(EVENT_END_MS + 2 * HOUR_MS, HOUR_MS)
    expect(story(driver)).toEqual(['1 preliminary initial'])
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(EVENT_END_MS + 4 * HOUR_MS, HOUR_MS)
    expect(story(driver)).toEqual(['1 preliminary initial', '2 final initial'])
  })

  it('of history gives no baseline, with the reason, and no payment', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000, 5)
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(EVENT_END_MS + 2 * HOUR_MS, HOUR_MS)
    expect(resultsOf(driver)[0]).toMatchObject({
      baselineWh: [],
      baselineRevision: 0,
      actualWh: METERED,
      reductionWh: [0, 0, 0, 0],
      noBaseline: 'too-few-days',
    })
    expect(baselinesOf(driver)[0]).toMatchObject({ noBaseline: 'too-few-days', baselineWh: [] })
    expect(story(driver)).toEqual(['1 preliminary initial', '2 final initial'])
    expect(statementsOf(driver)).toEqual([])
  })

  it('that registers tell of, though no interval carries it, stands beside the result', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    driver.advanceTo(SETTLED_MS)
    const gap = { gapId: 'g', deviceId: 'a', channel: 'import', fromMs: EVENT_START_MS - HOUR_MS, untilMs: EVENT_END_MS + HOUR_MS } as const
    driver.send(telemetryGaps, {
      ...gap,
      status: 'lost',
      energyWh: 2500,
      carried: false,
      revision: 3,
      detectedMs: EVENT_END_MS,
      endedMs: EVENT_END_MS,
    })
    driver.advanceTo(SETTLED_MS + MINUTE_MS)
    expect(resultsOf(driver).map(({ gapWh }) => gapWh)).toEqual([0, 2500])
  })
})

describe('late data', () => {
  it('in the event restates a final result once, and its payment', () => {
    const driver = playComplete()
    driver.advanceTo(SETTLED_MS + MINUTE_MS)
    contribute(driver, 'a', EVENT_START_MS, [450], { revision: 2 })
    contribute(driver, 'a', EVENT_START_MS, [300], { revision: 3 })
    driver.run()
    expect(resultsOf(driver)).toHaveLength(2)
    driver.advanceTo(SETTLED_MS + 2 * MINUTE_MS)
    driver.advanceTo(SETTLED_MS + 10 * MINUTE_MS, MINUTE_MS)
    expect(story(driver)).toEqual(['1 preliminary initial', '2 final initial', '3 restated edit'])
    expect(resultsOf(driver)[2]?.reductionWh).toEqual([700, 500, 400, -100])
    expect(statementsOf(driver).map(({ revision, resultRevision, reductionWh }) => [revision, resultRevision, reductionWh])).toEqual([
      [1, 2, 1400],
      [2, 3, 1500],
    ])
    expect(baselinesOf(driver)).toHaveLength(1)
  })

  it('fills a preliminary result and makes it final', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED.slice(0, 2))
    driver.advanceTo(SETTLED_MS)
    contribute(driver, 'a', EVENT_START_MS + 2 * STEP_MS, METERED.slice(2))
    driver.advanceTo(SETTLED_MS + 3 * MINUTE_MS, MINUTE_MS)
    expect(story(driver)).toEqual(['1 preliminary initial', '2 preliminary lateData', '3 final lateData'])
  })

  it('on a day of the baseline makes a new baseline and restates', () => {
    const driver = playComplete()
    driver.advanceTo(SETTLED_MS + MINUTE_MS)
    contribute(driver, 'a', EVENT_START_MS - 24 * HOUR_MS, [2000, 1000, 1000, 1000], { revision: 2 })
    driver.advanceTo(SETTLED_MS + 2 * MINUTE_MS)
    expect(baselinesOf(driver).map(({ revision, baselineWh }) => [revision, baselineWh])).toEqual([
      [1, [1000, 1000, 1000, 1000]],
      [2, [1100, 1000, 1000, 1000]],
    ])
    expect(resultsOf(driver)[2]).toMatchObject({
      status: 'restated',
      reason: 'lateData',
      baselineRevision: 2,
      reductionWh: [700, 500, 400, -100],
    })
  })

  it('that changes no figure changes nothing', () => {
    const driver = playComplete()
    driver.advanceTo(SETTLED_MS + MINUTE_MS)
    contribute(driver, 'a', EVENT_START_MS, METERED)
    contribute(driver, 'a', EVENT_START_MS - 24 * HOUR_MS + 5 * HOUR_MS, [7, 7])
    driver.advanceTo(SETTLED_MS + 5 * MINUTE_MS, MINUTE_MS)
    expect(story(driver)).toHaveLength(2)
    expect(statementsOf(driver)).toHaveLength(1)
  })
})
