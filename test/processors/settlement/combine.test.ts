/** How contributions add up to a unit: the rules, one by one. */
import { describe, expect, it } from 'vitest'
import { answerHistory } from '../../../processors/settlement/combine.ts'
import type { HistoryQuestion } from '../../../processors/settlement/history.ts'
import type { UnitIntervalBlock } from '../../../schemas/settlement.ts'
import { contribution } from './rig.ts'

const T = Date.UTC(2026, 5, 10, 12)
const STEP_MS = 900_000
const question = (changes: Partial<HistoryQuestion> = {}): HistoryQuestion => ({
  eventId: 'e',
  programId: '',
  unitKind: 'device',
  unitIds: ['u'],
  stepS: 900,
  fromMs: T,
  toMs: T + 8 * STEP_MS,
  spans: [{ fromMs: T, toMs: T + 8 * STEP_MS }],
  wholeIn: [],
  dataSource: 'ocpp',
  historyPartition: 0,
  historyOffset: 100,
  ...changes,
})
const of = (values: readonly number[], changes: Partial<UnitIntervalBlock> = {}) =>
  contribution('u', T, values, { source: 'ocpp', ...changes })

function answer(log: readonly UnitIntervalBlock[], changes: Partial<HistoryQuestion> = {}) {
  const [unit] = answerHistory(question(changes), log).units
  return [...(unit?.startMs ?? [])].map((startMs, i) => [
    (startMs - T) / STEP_MS,
    unit?.wh[i],
    unit?.quality[i],
    unit?.coveragePermille[i],
    unit?.named[i],
  ])
}

describe('a unit', () => {
  it('has the newest revision of each interval, whatever came last', () => {
    expect(answer([of([1, 2, 3]), of([20], { startMs: T + STEP_MS, revision: 3 }), of([10, 10], { revision: 2 })])).toEqual([
      [0, 10, 1, 1000, 1],
      [1, 20, 1, 1000, 1],
      [2, 3, 1, 1000, 1],
    ])
  })

  it('is import and export added up, or net where there is net', () => {
    const exported = of([-40, -40], { channel: 'export', qualities: ['estimated', 'measured'], coveragePermille: [900, 1000] })
    expect(answer([of([100, 100]), exported])).toEqual([
      [0, 60, 2, 900, 1],
      [1, 60, 1, 1000, 1],
    ])
    expect(answer([of([100, 100]), exported, of([55], { channel: 'net' })])[0]).toEqual([0, 55, 1, 1000, 1])
  })

  it('takes the protocol of each device before anything imported where the program names the devices', () => {
    const inverter = of([3, 3], { source: 'inverter' })
    const imported = of([7, 7, 7], { source: 'import' })
    expect(answer([imported, inverter], { dataSource: 'device' })).toEqual([
      [0, 3, 1, 1000, 1],
      [1, 3, 1, 1000, 1],
      [2, 7, 1, 1000, 0],
    ])
  })

  it('takes the source that covers most, then the one the program names', () => {
    const imported = of([7, 7, 7], { source: 'import' })
    expect(answer([of([1, 2], { coveragePermille: [1000, 400] }), imported])).toEqual([
      [0, 1, 1, 1000, 1],
      [1, 7, 1, 1000, 0],
      [2, 7, 1, 1000, 0],
    ])
  })

  it('adds finer intervals up, and does not divide coarser ones', () => {
    expect(answer([of([1, 2, 3, 4], { stepS: 300, qualities: ['measured', 'edited', 'measured', 'measured'] })])).toEqual([
      [0, 6, 4, 1000, 1],
      [1, 4, 1, 333, 1],
    ])
    expect(answer([of([100], { stepS: 3600 })])).toEqual([])
    expect(answer([of([1, 2, 3, 4])], { stepS: 3600 })).toEqual([[0, 10, 1, 1000, 1]])
  })

  it('is the sum of its devices, as whole as the least of them', () => {
    const log = [of([1, 2]), of([10, 20], { deviceId: 'other', coveragePermille: [1000, 500], source: 'import' })]
    expect(answer(log)).toEqual([
      [0, 11, 1, 1000, 0],
      [1, 22, 1, 500, 0],
    ])
  })

  it('leaves a device out everywhere that is not whole where it must be, while others are', () => {
    const other = (values: readonly number[], coveragePermille: readonly number[]) =>
      of(values, { deviceId: 'other', coveragePermille, qualities: values.map(() => 'measured') })
    const wholeIn = [{ fromMs: T + STEP_MS, toMs: T + 3 * STEP_MS }]
    const leftOut = (log: readonly UnitIntervalBlock[]) => answerHistory(question({ wholeIn }), log).units[0]?.devicesLeftOut
    for (const log of [
      [of([1, 2, 3]), other([10, 20, 30], [1000, 1000, 999])],
      [of([1, 2, 3]), other([10, 20], [1000, 1000])],
    ]) {
      expect(answer(log, { wholeIn }).map(([, wh]) => wh)).toEqual([1, 2, 3])
      expect(leftOut(log)).toBe(1)
    }
    const both = [of([1, 2, 3]), other([10, 20, 30], [0, 1000, 1000])]
    expect(answer(both, { wholeIn }).map(([, wh]) => wh)).toEqual([1, 22, 33])
    expect(leftOut(both)).toBe(0)
    const none = [of([1, 2]), other([10], [1000])]
    expect(answer(none, { wholeIn }).map(([, wh]) => wh)).toEqual([11, 2])
    expect(leftOut(none)).toBe(0)
  })

  it('is told only where it was asked for, and not by what counts to another program', () => {
    const spans = [{ fromMs: T + STEP_MS, toMs: T + 2 * STEP_MS }]
    expect(answer([of([1, 2, 3]), of([9, 9, 9], { programId: 'p', revision: 9 })], { spans })).toEqual([[1, 2, 1, 1000, 1]])
    expect(answer([of([0], { coveragePermille: [0], qualities: ['missing'] })])).toEqual([])
  })

  it('without rows has empty columns', () => {
    expect(answerHistory(question({ unitIds: ['x', 'y'] }), []).units.map(({ unitId, startMs }) => [unitId, startMs.length])).toEqual([
      ['x', 0],
      ['y', 0],
    ])
  })
})
