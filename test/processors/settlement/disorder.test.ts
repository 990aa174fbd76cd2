/** Whatever crashes, doubles or comes in another order, the same is paid. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DriverOptions } from '../../driver/driver.ts'
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
  statementsOf,
} from './rig.ts'

const MINUTE_MS = 60_000
const UNITS = ['a', 'b', 'c', 'd', 'e']

/** Five units; one is late, one edited after it was final, one has no history, one no data at all. */
function play(options: Partial<DriverOptions> = {}) {
  const driver = openSettlement(undefined, { maxRecordsPerTransaction: 40, workBudget: 2, ...options })
  for (const unitId of UNITS.slice(0, 4)) contributeHistory(driver, unitId, 1000, 16)
  callDevices(driver, Object.fromEntries(UNITS.map((unitId) => [unitId, 'sent'])))
  for (const unitId of ['a', 'b', 'e']) contribute(driver, unitId, EVENT_START_MS, [1, 2, 3, 4])
  driver.advanceTo(EVENT_END_MS + 10 * MINUTE_MS, MINUTE_MS)
  contribute(driver, 'c', EVENT_START_MS, [5, 6, 7, 8])
  contribute(driver, 'b', EVENT_START_MS, [10], { revision: 2 })
  driver.advanceTo(EVENT_END_MS + 20 * MINUTE_MS, MINUTE_MS)
  driver.advanceTo(EVENT_END_MS + 26 * HOUR_MS, HOUR_MS)
  return driver
}

/** What is known and paid in the end, by unit. */
function outcomeOf(driver: ReturnType<typeof play>) {
  const last = <T extends { readonly unitId: string }>(records: readonly T[]) => new Map(records.map((record) => [record.unitId, record]))
  return UNITS.map((unitId) => {
    const result = last(resultsOf(driver)).get(unitId)
    const line = last(statementsOf(driver)).get(unitId)
    const baseline = last(baselinesOf(driver)).get(unitId)
    return [unitId, result?.status, result?.reductionWh, result?.noBaseline, line?.energyMicro, baseline?.inputHash]
  })
}
const revisionsOf = (driver: ReturnType<typeof play>) =>
  resultsOf(driver)
    .map(({ unitId, revision, status, reason }) => `${unitId} ${revision} ${status} ${reason}`)
    .sort()

describe('disorder', () => {
  const calm = play()

  it('is none in a calm run', () => {
    expect(revisionsOf(calm)).toEqual([
      'a 1 preliminary initial',
      'a 2 final initial',
      'b 1 preliminary initial',
      'b 2 final initial',
      'b 3 restated edit',
      'c 1 preliminary initial',
      'c 2 preliminary lateData',
      'c 3 final lateData',
      'd 1 preliminary initial',
      'd 2 final deadline',
      'e 1 preliminary initial',
      'e 2 final initial',
    ])
  })

  it('by a crash before any commit changes nothing but times', () => {
    for (let n = 1; n <= calm.transactions(); n++) {
      const driver = play({ crashAfter: n, compactOnCrash: n % 2 === 0 })
      expect(outcomeOf(driver)).toEqual(outcomeOf(calm))
      expect(revisionsOf(driver)).toEqual(revisionsOf(calm))
    }
  })

  it('by crashes anywhere, doubles and shuffles changes nothing that is paid', () => {
    const seed = fc.integer({ min: 0, max: 1 << 30 })
    fc.assert(
      fc.property(seed, fc.boolean(), (number, deliverTwice) => {
        const driver = play({ crashAnywhere: number, shuffleUnrelatedKeys: number, deliverTwice })
        expect(outcomeOf(driver)).toEqual(outcomeOf(calm))
      }),
      { numRuns: 25 },
    )
  })

  it('of revisions never lacks one', () => {
    for (const unitId of UNITS) {
      const revisions = resultsOf(calm)
        .filter((result) => result.unitId === unitId)
        .map(({ revision }) => revision)
      expect(revisions).toEqual(revisions.map((_, index) => index + 1))
    }
  })
})
