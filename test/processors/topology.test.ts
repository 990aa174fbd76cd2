/** The whole system, with telemetry that comes late: a vendor is down for a whole event and three hours after, and values are edited. */
import { describe, expect, it } from 'vitest'
import type { SettlementResult, StatementLine } from '../../schemas/settlement.ts'
import {
  dispatchOutcomes,
  settlementResults,
  settlementStatements,
  telemetryGaps,
  telemetryIntervals,
  telemetryRaw,
} from '../../topics/catalogue.ts'
import type { Driver, DriverOptions } from '../driver/driver.ts'
import { createAsking } from './metering/asking.ts'
import { blockRecord } from './metering/samples.ts'
import { acknowledge, applyProgram, enroll, openWhole, requestEvent, tell } from './whole.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const STEP_MS = 900_000
/** Wednesday, 10 June 2026, 17:00 to 18:00 in Los Angeles. */
const EVENT = { startMs: Date.UTC(2026, 5, 11, 0), endMs: Date.UTC(2026, 5, 11, 1) }
const START_MS = EVENT.startMs - 2 * HOUR_MS
const DOWN_MS = EVENT.startMs - HOUR_MS / 2
const UP_MS = EVENT.endMs + 3 * HOUR_MS
const END_MS = UP_MS + HOUR_MS

/** Devices of the vendor that is down; d-1 to d-3 settle by themselves, r-1 and r-2 by their resource. */
const AWAY = ['d-1', 'd-2', 'r-1']
const DEVICES = ['d-1', 'd-2', 'd-3', 'r-1', 'r-2']
const UNITS = ['d-1', 'd-2', 'd-3', 'resource']

const usualWh = (deviceId: string): number => 1000 + 10 * DEVICES.indexOf(deviceId)
const isInEvent = (startMs: number): boolean => startMs >= EVENT.startMs && startMs < EVENT.endMs
const drawnWh = (deviceId: string, startMs: number): number => usualWh(deviceId) - (isInEvent(startMs) ? 600 : 0)

function open(dataDeadlineS: number, options: Partial<DriverOptions>): Driver {
  const driver = openWhole(START_MS, options)
  applyProgram(driver, 'devices', { dataDeadlineS })
  applyProgram(driver, 'resources', { dataDeadlineS, settledUnit: 'resource' })
  for (const deviceId of DEVICES)
    enroll(driver, deviceId, deviceId.startsWith('d') ? { programId: 'devices' } : { programId: 'resources', resourceId: 'resource' })
  for (const deviceId of DEVICES)
    for (let day = 20; day >= 1; day--) {
      const values = new Array<number>(96).fill(usualWh(deviceId))
      driver.send(telemetryRaw.import, blockRecord(deviceId, { startMs: EVENT.startMs - day * DAY_MS - 17 * HOUR_MS, values }, START_MS))
    }
  for (const programId of ['devices', 'resources']) requestEvent(driver, programId, EVENT)
  acknowledge(driver)
  return driver
}

/** Lives through it, to an hour after the vendor is back. It serves one device a minute, one value at a time. */
function play(dataDeadlineS: number, options: Partial<DriverOptions> = {}) {
  const driver = open(dataDeadlineS, options)
  const waiting: (readonly [string, number])[] = []
  const asking = createAsking(driver, ({ deviceId, fromMs, untilMs }) => {
    for (let startMs = fromMs; startMs + STEP_MS <= untilMs; startMs += STEP_MS) waiting.push([deviceId, startMs])
    return 'coming'
  })
  for (let atMs = START_MS + MINUTE_MS; atMs <= END_MS; atMs += MINUTE_MS) {
    driver.advanceTo(atMs)
    const isDown = atMs > DOWN_MS && atMs < UP_MS
    const [served] = waiting[0] ?? []
    while (waiting[0]?.[0] === served && waiting[0])
      tell(driver, waiting[0][0], waiting[0][1], drawnWh(...(waiting.shift() as [string, number])))
    for (const deviceId of DEVICES)
      if ((atMs - START_MS) % STEP_MS === 0 && !(isDown && AWAY.includes(deviceId)))
        tell(driver, deviceId, atMs - STEP_MS, drawnWh(deviceId, atMs - STEP_MS))
    asking.ask((deviceId) => !(isDown && AWAY.includes(deviceId)))
  }
  return { driver, asking }
}

const resultsOf = (driver: Driver, unitId: string): SettlementResult[] =>
  driver.read(settlementResults).flatMap(({ value }) => (value?.unitId === unitId ? [value] : []))
const story = (driver: Driver, unitId: string): string[] =>
  resultsOf(driver, unitId).map(({ revision, status, reason }) => `${revision} ${status} ${reason}`)
const linesOf = (driver: Driver, unitId: string): StatementLine[] =>
  driver.read(settlementStatements).flatMap(({ value }) => (value?.unitId === unitId ? [value] : []))
const gapsOf = (driver: Driver) => driver.read(telemetryGaps).flatMap(({ value }) => (value ? [value] : []))

const WHOLE = { coveragePermille: [1000, 1000, 1000, 1000], qualities: ['measured', 'measured', 'measured', 'measured'] }
/** 600 Wh in each quarter of an hour, of each device of the unit. */
const reductionOf = (unitId: string): number[] => new Array<number>(4).fill(unitId === 'resource' ? 1200 : 600)

describe('a vendor that is down for a whole event and three hours after', () => {
  const { driver, asking } = play(1800)
  const late = play(86_400)

  it('has its devices called, and every one of them asked for what is missing once it is up', () => {
    expect(driver.read(dispatchOutcomes).filter(({ value }) => value?.outcome === 'applied')).toHaveLength(DEVICES.length)
    expect(asking.asked.map(({ deviceId, fromMs, untilMs }) => [deviceId, fromMs, untilMs]).sort()).toEqual(
      AWAY.map((deviceId) => [deviceId, DOWN_MS, UP_MS]),
    )
    expect(
      gapsOf(driver)
        .filter(({ status }) => status === 'recovered')
        .map(({ deviceId }) => deviceId)
        .sort(),
    ).toEqual(AWAY)
    expect(gapsOf(driver).filter(({ status }) => status === 'lost')).toEqual([])
  })

  it('has every interval recovered', () => {
    for (const deviceId of AWAY) {
      const recovered = driver
        .read(telemetryIntervals)
        .flatMap(({ value }) => (value?.deviceId === deviceId && value.reason === 'recovered' ? [value] : []))
        .flatMap(({ startMs, values }) => values.map((wh, index) => [startMs + index * STEP_MS, wh] as const))
        .sort(([a], [b]) => a - b)
      const missing = Array.from({ length: (UP_MS - DOWN_MS) / STEP_MS }, (_step, index) => DOWN_MS + index * STEP_MS)
      expect(recovered).toEqual(missing.map((startMs) => [startMs, drawnWh(deviceId, startMs)]))
    }
  })

  it.each(UNITS)('has the final result of %s restated once where it was affected, and its line with it', (unitId) => {
    const isAffected = unitId !== 'd-3'
    expect(story(driver, unitId)).toEqual(
      isAffected ? ['1 preliminary initial', '2 final deadline', '3 restated lateData'] : ['1 preliminary initial', '2 final initial'],
    )
    expect(resultsOf(driver, unitId).at(-1)).toMatchObject({ ...WHOLE, reductionWh: reductionOf(unitId) })
    const paid = reductionOf(unitId).reduce((sum, wh) => sum + wh, 0)
    const before = unitId === 'resource' ? paid / 2 : 0
    expect(linesOf(driver, unitId).map(({ reductionWh }) => reductionWh)).toEqual(isAffected ? [before, paid] : [paid])
  })

  it('does not make a reduction of what a device of a resource did not say', () => {
    const [first, , last] = resultsOf(driver, 'resource')
    expect(first).toMatchObject({ devicesLeftOut: 1, baselineWh: [1040, 1040, 1040, 1040], reductionWh: [600, 600, 600, 600] })
    expect(last).toMatchObject({ devicesLeftOut: 0, baselineWh: [2070, 2070, 2070, 2070], reductionWh: [1200, 1200, 1200, 1200] })
  })

  it.each(UNITS)('has the result of %s computed once more, and made final, where the deadline leaves time', (unitId) => {
    expect(story(late.driver, unitId)).toEqual(
      unitId === 'd-3'
        ? ['1 preliminary initial', '2 final initial']
        : ['1 preliminary initial', '2 preliminary lateData', '3 final lateData'],
    )
    expect(linesOf(late.driver, unitId)).toHaveLength(1)
  })

  it('comes to the same figures when everything crashes anywhere and comes twice', () => {
    const rough = play(1800, { crashAnywhere: 4711, shuffleUnrelatedKeys: 4711, deliverTwice: true, maxRecordsPerTransaction: 20 })
    for (const unitId of UNITS) expect(resultsOf(rough.driver, unitId).at(-1)).toMatchObject({ ...WHOLE, reductionWh: reductionOf(unitId) })
  })
})

describe('values that are edited after the result was final', () => {
  /** The newest result of each unit, and how many there were. */
  const edited = (edit: (driver: Driver) => void) => {
    const { driver } = play(1800)
    const before = new Map(UNITS.map((unitId) => [unitId, resultsOf(driver, unitId).length]))
    edit(driver)
    driver.advanceTo(END_MS + 30 * MINUTE_MS, MINUTE_MS)
    return { driver, fresh: (unitId: string) => story(driver, unitId).slice(before.get(unitId)) }
  }

  it('in the event restate the unit that they belong to, once', () => {
    const { driver, fresh } = edited((driver) => {
      for (let i = 0; i < 4; i++) {
        tell(driver, 'd-3', EVENT.startMs + i * STEP_MS, 500)
        driver.advanceTo(driver.nowMs() + 20_000)
      }
    })
    expect(fresh('d-3')).toEqual(['3 restated edit'])
    expect(resultsOf(driver, 'd-3').at(-1)?.actualWh).toEqual([500, 500, 500, 500])
    expect(['d-1', 'd-2', 'resource'].flatMap(fresh)).toEqual([])
  })

  it('of one device restate its resource, once', () => {
    const { driver, fresh } = edited((driver) => {
      tell(driver, 'r-1', EVENT.startMs, 0)
      tell(driver, 'r-2', EVENT.startMs, 0)
    })
    expect(fresh('resource')).toEqual(['4 restated edit'])
    expect(resultsOf(driver, 'resource').at(-1)?.actualWh[0]).toBe(0)
    expect(['d-1', 'd-2', 'd-3'].flatMap(fresh)).toEqual([])
  })

  it('on a day of the baseline restate the results that used it, once', () => {
    const { driver, fresh } = edited((driver) => {
      const values = new Array<number>(96).fill(usualWh('d-1') + 100)
      driver.send(telemetryRaw.import, blockRecord('d-1', { startMs: EVENT.startMs - DAY_MS - 17 * HOUR_MS, values }, driver.nowMs()))
    })
    expect(fresh('d-1')).toEqual(['4 restated edit'])
    expect(resultsOf(driver, 'd-1').at(-1)).toMatchObject({ baselineRevision: 2, reductionWh: [610, 610, 610, 610] })
    expect(['d-2', 'd-3', 'resource'].flatMap(fresh)).toEqual([])
  })

  it('to what they were change nothing', () => {
    const { fresh } = edited((driver) => tell(driver, 'd-3', EVENT.startMs, drawnWh('d-3', EVENT.startMs)))
    expect(UNITS.flatMap(fresh)).toEqual([])
  })
})
