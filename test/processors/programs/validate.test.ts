/** Terms that contradict themselves are told of field by field. */
import { describe, expect, it } from 'vitest'
import { findContradictions } from '../../../processors/programs/validate.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import { someTerms } from '../../build/terms.ts'

const { baseline } = someTerms()

/** A change of one thing in sound terms, and the field that is to be named. */
const broken: readonly (readonly [string, Partial<ProgramTerms>])[] = [
  ['zone', { zone: 'Mars/Olympus' }],
  ['seasonStart', { seasonStart: '13-01' }],
  ['holidays[1]', { holidays: ['2026-12-25', 'Christmas'] }],
  ['dayTypes', { dayTypes: [] }],
  ['dayStartMinute', { dayStartMinute: -1 }],
  ['minDurationS', { minDurationS: 7_200, maxDurationS: 3_600 }],
  ['minUsefulS', { minUsefulS: 900 }],
  ['noticeS', { noticeS: -1 }],
  ['stepS', { stepS: 600 }],
  ['levels[0].limitPermille', { levels: [{ level: '1', limitPermille: 1001 }] }],
  ['baseline.chosenDays', { baseline: { ...baseline, chosenDays: 11 } }],
  ['baseline.windows', { baseline: { ...baseline, windows: [] } }],
  ['baseline.windows[0]', { baseline: { ...baseline, windows: [{ offsetS: -900, durationS: 1_800, after: false }] } }],
  ['dataSource', { dataSource: 'ocp' }],
  ['optDeadlineS', { optPolicy: 'operator', optDeadlineS: 0 }],
  ['overcallPermille', { overcallPermille: 999 }],
  ['rates.currency', { rates: { ...someTerms().rates, currency: 'dollars' } }],
]

describe('terms', () => {
  it('that are sound have no contradiction, whatever their data source', () => {
    for (const dataSource of ['device', 'ocpp', 'import', 'thermostat']) expect(findContradictions(someTerms({ dataSource }))).toEqual([])
  })

  it.each(broken)('name %s where it is wrong, and nothing else', (field, change) => {
    const faults = findContradictions(someTerms(change))
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([field])
  })

  it('name every field that is wrong at once', () => {
    const all = findContradictions(someTerms({ zone: 'Mars/Olympus', stepS: 600, dataSource: 'ocp' }))
    expect(all).toHaveLength(3)
  })
})
