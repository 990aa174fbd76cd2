/** Whom an event settles, which of its versions counts, and how far back a baseline looks. */
import { describe, expect, it } from 'vitest'
import { dispatchOutcomes } from '../../../topics/catalogue.ts'
import { anEvent, orderOf } from '../metering/events.ts'
import { aTerms } from '../metering/terms.ts'
import {
  baselinesOf,
  callDevices,
  contribute,
  contributeHistory,
  decide,
  EVENT_END_MS,
  EVENT_START_MS,
  HOUR_MS,
  openSettlement,
  resultsOf,
  STEP_MS,
  story,
  tellProgram,
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

describe('the population', () => {
  const decided = { a: 'sent', b: 'optedOut', c: 'notTargeted', d: 'sentAtRisk' } as const
  const settledUnits = (population: 'registered' | 'dispatched' | 'participated') => {
    const driver = openSettlement(aTerms({ population }))
    for (const unitId of Object.keys(decided)) contributeHistory(driver, unitId, 1000, 20)
    callDevices(driver, decided)
    const outcome = { commandId: 'c', seq: 1, eventIds: ['e'], revision: 1, decidedMs: EVENT_START_MS, limitedW: 0 }
    driver.send(dispatchOutcomes, { ...outcome, deviceId: 'd', outcome: 'applied' })
    driver.send(dispatchOutcomes, { ...outcome, deviceId: 'a', outcome: 'noAnswer' })
    driver.advanceTo(SETTLED_MS)
    return resultsOf(driver)
      .map(({ unitId }) => unitId)
      .sort()
  }
  it.each([
    ['registered', ['a', 'b', 'd']],
    ['dispatched', ['a', 'd']],
    ['participated', ['d']],
  ] as const)('%s', (population, units) => expect(settledUnits(population)).toEqual(units))

  it('has no device that opted out before the start, though it was sent a command', () => {
    const driver = openSettlement()
    callDevices(driver, { a: 'sent', b: 'sent' })
    decide(driver, 'e', 'a', 'optedOut')
    driver.advanceTo(EVENT_START_MS + MINUTE_MS)
    decide(driver, 'e', 'b', 'optedOut')
    driver.advanceTo(SETTLED_MS)
    expect(resultsOf(driver).map(({ unitId }) => unitId)).toEqual(['b'])
  })

  it('of resources is learned from contributions: those with a dispatched device', () => {
    const driver = openSettlement(aTerms({ settledUnit: 'resource' }))
    const kind = { unitKind: 'resource', programId: 'p' } as const
    for (const [unitId, deviceId] of [
      ['r', 'x'],
      ['r', 'y'],
      ['s', 'z'],
    ] as const) {
      contributeHistory(driver, unitId, 500, 20, { ...kind, deviceId })
      const eventIds = deviceId === 'x' ? ['e'] : []
      contribute(driver, unitId, EVENT_START_MS, METERED, { ...kind, deviceId, eventIds })
    }
    callDevices(driver, {})
    driver.advanceTo(EVENT_START_MS + MINUTE_MS)
    for (const deviceId of ['x', 'y'])
      contribute(driver, 'r', EVENT_START_MS, [1, 2, 3, 4], { ...kind, deviceId, revision: 2, eventIds: deviceId === 'x' ? ['e'] : [] })
    contribute(driver, 's', EVENT_START_MS, [1], { ...kind, deviceId: 'z', revision: 2 })
    driver.advanceTo(SETTLED_MS)
    expect(resultsOf(driver)).toEqual([
      expect.objectContaining({ unitId: 'r', unitKind: 'resource', actualWh: [2, 4, 6, 8], baselineWh: [1000, 1000, 1000, 1000] }),
    ])
  })
})

describe('events', () => {
  it('that are drills or were cancelled before the start are not settled', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    const drill = callDevices(driver, { a: 'sent' }, { eventId: 'drill', test: 'drill' })
    const event = callDevices(driver, { a: 'sent' })
    orderOf(driver, [{ ...event, kind: 'cancelled', revision: 2, receivedMs: EVENT_START_MS - MINUTE_MS }])
    driver.advanceTo(EVENT_END_MS + 30 * HOUR_MS, HOUR_MS)
    expect(drill.test).toBe('drill')
    expect(resultsOf(driver)).toEqual([])
  })

  it('that were cancelled on the way are settled up to there', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000)
    const event = callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED)
    orderOf(driver, [{ ...event, kind: 'cancelled', revision: 2, receivedMs: EVENT_START_MS + 2 * STEP_MS }])
    driver.advanceTo(SETTLED_MS)
    expect(resultsOf(driver)[0]?.actualWh).toEqual([400, 500])
  })

  it('before leave their days out of the baseline of those whom they reached', () => {
    const driver = openSettlement()
    const yesterday = { startMs: EVENT_START_MS - 24 * HOUR_MS, endMs: EVENT_END_MS - 24 * HOUR_MS }
    for (const unitId of ['a', 'b']) contributeHistory(driver, unitId, 1000)
    orderOf(driver, [anEvent({ eventId: 'before', programId: 'p', ...yesterday })])
    driver.run()
    decide(driver, 'before', 'a', 'sent')
    decide(driver, 'before', 'b', 'suspended')
    callDevices(driver, { a: 'sent', b: 'sent' })
    driver.advanceTo(SETTLED_MS)
    const ofEvent = baselinesOf(driver).filter(({ eventId }) => eventId === 'e')
    const leftOut = (unitId: string) => ofEvent.find((baseline) => baseline.unitId === unitId)?.daysLeftOut[0]
    expect(leftOut('a')).toEqual({ day: '2026-06-09', reason: 'event-day' })
    expect(leftOut('b')).toEqual({ day: '2026-06-07', reason: 'other-day-kind' })
  })

  it('are computed anew when terms for their time change', () => {
    const driver = playComplete()
    driver.advanceTo(SETTLED_MS + MINUTE_MS)
    tellProgram(driver, aTerms({ direction: 'take' }))
    driver.run()
    expect(story(driver).at(-1)).toBe('3 restated method')
    expect(resultsOf(driver).at(-1)?.reductionWh).toEqual([-600, -500, -400, 100])
  })

  it('are forgotten after a hundred days', () => {
    const driver = playComplete()
    driver.advanceTo(EVENT_END_MS + 101 * 24 * HOUR_MS)
    for (const partition of [0, 1])
      for (const name of ['events', 'units', 'dirty', 'ready']) expect(driver.store('settlement', name, partition).size).toBe(0)
  })
})

describe('the look-back', () => {
  it('is read further where many days are left out', () => {
    const driver = openSettlement()
    contributeHistory(driver, 'a', 1000, 44)
    for (let day = 1; day <= 20; day++)
      contribute(driver, 'a', EVENT_START_MS - day * 24 * HOUR_MS, [0], { revision: 2, coveragePermille: [500] })
    callDevices(driver, { a: 'sent' })
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(SETTLED_MS)
    expect(baselinesOf(driver)).toHaveLength(1)
    expect(baselinesOf(driver)[0]?.daysUsed).toHaveLength(10)
    expect(baselinesOf(driver)[0]?.daysUsed[0]).toBe('2026-05-20')
    expect(story(driver)).toEqual(['1 preliminary initial'])
  })
})
