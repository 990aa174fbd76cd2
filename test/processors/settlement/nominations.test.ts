/** Nominations: taken until they are frozen, set against what was delivered, interval by interval. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountPerKwh, toMicroUnits } from '../../../processors/settlement/exact/money.ts'
import { statementOf } from '../../../processors/settlement/statement.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { SettlementNomination } from '../../../schemas/settlement.ts'
import { rejectedRecords, settlementNominations } from '../../../topics/catalogue.ts'
import type { Driver, DriverOptions } from '../../driver/driver.ts'
import { settlementResult } from '../../gateway/analytics/blocks.ts'
import { aTerms } from '../metering/terms.ts'
import {
  callDevices,
  contribute,
  contributeHistory,
  EVENT_END_MS,
  EVENT_START_MS,
  HOUR_MS,
  openSettlement,
  START_MS,
  STEP_MS,
  statementsOf,
  tellProgram,
} from './rig.ts'

const MINUTE_MS = 60_000
const RATES = { currency: 'USD', energyMicroPerKwh: 2_000_000, penaltyMicroPerKwh: 500_000 }
/** Reductions of 600, 500, 400 and -100 Wh. */
const METERED = [400, 500, 600, 1100]

const nomination = (changes: Partial<SettlementNomination> = {}): SettlementNomination => ({
  nominationId: 'n',
  programId: 'p',
  unitId: 'a',
  fromMs: EVENT_START_MS,
  untilMs: EVENT_END_MS,
  nominatedW: 2000,
  recordedBy: 'test',
  reason: '',
  source: null,
  ...changes,
})

function nominate(driver: Driver, ...all: readonly SettlementNomination[]): void {
  for (const one of all) driver.send(settlementNominations, one)
  driver.run()
}

/** The last line of a complete event, and what was refused. */
function settle(all: readonly SettlementNomination[], terms: Partial<ProgramTerms> = {}, options: Partial<DriverOptions> = {}) {
  const driver = openSettlement(aTerms({ rates: RATES, ...terms }), options)
  nominate(driver, ...all)
  contributeHistory(driver, 'a', 1000)
  callDevices(driver, { a: 'sent' })
  driver.advanceTo(EVENT_END_MS + MINUTE_MS)
  contribute(driver, 'a', EVENT_START_MS, METERED)
  driver.advanceTo(EVENT_END_MS + 6 * MINUTE_MS, MINUTE_MS)
  return { driver, line: statementsOf(driver).at(-1), refused: driver.read(rejectedRecords).map(({ value }) => value?.detail) }
}

describe('a line', () => {
  it('takes a penalty on what each interval falls short, whatever another has more', () => {
    const { line } = settle([nomination()])
    expect(line).toMatchObject({
      reductionWh: 1400,
      nominatedWh: 2000,
      shortfallWh: 0 + 0 + 100 + 600,
      energyMicro: 2_800_000,
      penaltyMicro: 350_000,
    })
  })

  it('has no nomination where there is none', () => {
    expect(settle([]).line).toMatchObject({ nominatedWh: null, shortfallWh: null, penaltyMicro: 0 })
    const others = [nomination({ unitId: 'b' }), nomination({ untilMs: EVENT_START_MS, fromMs: START_MS })]
    expect(settle(others).line).toMatchObject({ nominatedWh: null, shortfallWh: null, penaltyMicro: 0 })
  })

  it('counts the intervals that a nomination covers', () => {
    const { line } = settle([nomination({ fromMs: EVENT_START_MS + 2 * STEP_MS, untilMs: EVENT_END_MS + HOUR_MS })])
    expect(line).toMatchObject({ nominatedWh: 1000, shortfallWh: 700 })
  })

  it('rounds Wh once, and money once, half to even', () => {
    // 4 × 2.5 Wh are exact together, though no quarter of an hour is; the shortfall of one interval is 102.5 Wh.
    const { line } = settle([nomination({ nominatedW: 10 })])
    expect(line).toMatchObject({ nominatedWh: 10, shortfallWh: 102, penaltyMicro: 51_000, rounding: 'half-even' })
  })

  it('comes to the same whatever crashes', () => {
    const { line } = settle([nomination({ nominatedW: 1 }), nomination()], {}, { crashAnywhere: 77, deliverTwice: true })
    expect(line).toMatchObject({ nominatedWh: 2000, penaltyMicro: 350_000 })
  })

  it('holds what its result says, for any result and nomination', () => {
    const energies = fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 16 })
    fc.assert(
      fc.property(energies, fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(300, 900, 3600), (reductionWh, nominatedW, stepS) => {
        const result = settlementResult(
          reductionWh.map(() => 0),
          { reductionWh, stepS, startMs: EVENT_START_MS },
        )
        const line = statementOf(result, { terms: aTerms({ rates: RATES }), nominatedAt: () => nominatedW, lastRevision: 0, nowMs: 1 })
        const exactWh = (nominatedW * stepS * reductionWh.length) / 3600
        expect(Math.abs((line?.nominatedWh ?? 0) - exactWh)).toBeLessThanOrEqual(0.5)
        // Short of the sum, an event is short in some interval.
        expect(line?.shortfallWh ?? 0).toBeGreaterThanOrEqual(Math.floor(exactWh - (line?.reductionWh ?? 0)))
        expect(line?.penaltyMicro).toBe(Number(toMicroUnits(amountPerKwh(line?.shortfallWh ?? 0, 500_000n))))
      }),
    )
  })
})

describe('an interval without its values', () => {
  const play = (missingDataRule: ProgramTerms['missingDataRule'], values: readonly number[]) => {
    const driver = openSettlement(aTerms({ rates: RATES, missingDataRule, dataDeadlineS: 3600 }))
    nominate(driver, nomination())
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    if (values.length > 0) contribute(driver, 'a', EVENT_START_MS, values)
    driver.advanceTo(EVENT_END_MS + 2 * HOUR_MS, 5 * MINUTE_MS)
    return statementsOf(driver).at(-1)
  }

  it('is left out, or counts as no reduction, as the terms say', () => {
    expect(play('exclude', [400, 500])).toMatchObject({ reductionWh: 1100, nominatedWh: 1000, shortfallWh: 0, penaltyMicro: 0 })
    expect(play('zeroReduction', [400, 500])).toMatchObject({
      reductionWh: 1100,
      nominatedWh: 2000,
      shortfallWh: 1000,
      penaltyMicro: 500_000,
    })
    expect(play('exclude', [])).toMatchObject({ reductionWh: 0, nominatedWh: 0, shortfallWh: 0, penaltyMicro: 0 })
  })
})

describe('a nomination', () => {
  it('replaces an earlier one of its time until it is frozen, and not after', () => {
    const terms = { nominationDeadlineS: 1800 }
    const driver = openSettlement(aTerms({ rates: RATES, ...terms }))
    nominate(driver, nomination({ nominatedW: 9000 }), nomination({ nominatedW: 4000, fromMs: START_MS + HOUR_MS / 2 + MINUTE_MS }))
    driver.advanceTo(EVENT_START_MS - 30 * MINUTE_MS)
    nominate(driver, nomination({ nominatedW: 2000 }))
    driver.advanceTo(EVENT_START_MS - 30 * MINUTE_MS + 1)
    nominate(driver, nomination({ nominatedW: 1 }))
    expect(driver.read(rejectedRecords).map(({ value }) => [value?.place, value?.detail])).toEqual([
      ['fromMs', 'fromMs: nominations for 2026-06-11T00:00:00.000Z were frozen at 2026-06-10T23:30:00.000Z'],
    ])
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    driver.advanceTo(EVENT_END_MS + MINUTE_MS)
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(EVENT_END_MS + 6 * MINUTE_MS, MINUTE_MS)
    expect(statementsOf(driver).at(-1)).toMatchObject({ nominatedWh: 2000 })
  })

  it('that makes no sense is put aside with every fault, and stops nobody', () => {
    const { line, refused } = settle([nomination({ programId: 'q', nominatedW: -1, untilMs: EVENT_START_MS }), nomination()])
    expect(refused).toEqual(['programId: unknown program "q"; untilMs: is not after fromMs; nominatedW: is negative'])
    expect(line).toMatchObject({ nominatedWh: 2000 })
  })

  it('outlives new terms of its program', () => {
    const driver = openSettlement(aTerms({ rates: RATES }))
    nominate(driver, nomination())
    tellProgram(driver, aTerms({ rates: RATES, nominationDeadlineS: 86_400 }))
    contributeHistory(driver, 'a', 1000)
    callDevices(driver, { a: 'sent' })
    driver.advanceTo(EVENT_END_MS + MINUTE_MS)
    contribute(driver, 'a', EVENT_START_MS, METERED)
    driver.advanceTo(EVENT_END_MS + 6 * MINUTE_MS, MINUTE_MS)
    expect(statementsOf(driver).at(-1)).toMatchObject({ nominatedWh: 2000 })
  })
})
