/** The demo's comparison of results with the fleet's own meters: a difference is explained by what the log says of it, or it is told. */
import { expect, it } from 'vitest'
import type { SettlementResult } from '../../schemas/settlement.ts'
import { compareWithMeters } from './summary.ts'
import type { Seen, SeenGap } from './watch.ts'

const START_MS = Date.UTC(2026, 5, 1, 17)
const STEP_MS = 900_000
const METERED_WH = 1_000

type Interval = { readonly wh: number; readonly quality: SettlementResult['qualities'][number]; readonly permille: number }

/** One device with one interval, and a gap on the log that touches it, or none. */
function compare({ wh, quality, permille }: Interval, gap: Pick<SeenGap, 'fromMs' | 'untilMs'> | null, cutWh = 0) {
  const result = {
    unitId: 'CP-1',
    startMs: START_MS,
    stepS: STEP_MS / 1000,
    qualities: [quality],
    coveragePermille: [permille],
    actualWh: [wh],
  } as unknown as SettlementResult
  const gaps = gap === null ? [] : [['g', { deviceId: 'CP-1', status: 'lost', ...gap }] as const]
  const cuts = { mostWh: () => cutWh }
  const seen = { results: new Map([['CP-1', result]]), gaps: new Map(gaps), cuts } as unknown as Seen
  const { gapWh, unexplainedWh, unexplained } = compareWithMeters(seen, () => METERED_WH)
  expect(unexplained).toHaveLength(unexplainedWh === 0 ? 0 : 1)
  return { gapWh, unexplainedWh }
}

const gap = { fromMs: START_MS - STEP_MS, untilMs: START_MS + STEP_MS - 50_000 }
const explained = { gapWh: 900, unexplainedWh: 0 }
const unexplained = { gapWh: 0, unexplainedWh: 900 }

it.each<[string, Interval, typeof gap | null, object]>([
  ['as metered', { wh: METERED_WH, quality: 'measured', permille: 1000 }, null, { gapWh: 0, unexplainedWh: 0 }],
  ['measured whole, and another', { wh: 100, quality: 'measured', permille: 1000 }, gap, unexplained],
  ['estimated', { wh: 100, quality: 'estimated', permille: 1000 }, null, explained],
  ['missing in a gap', { wh: 100, quality: 'missing', permille: 0 }, gap, explained],
  ['missing without a gap', { wh: 100, quality: 'missing', permille: 0 }, null, unexplained],
  ['measured from the end of a gap on', { wh: 100, quality: 'measured', permille: 55 }, gap, explained],
  ['measured in part, without a gap', { wh: 100, quality: 'measured', permille: 55 }, null, unexplained],
])('a value %s', (_, interval, around, expected) => {
  expect(compare(interval, around)).toEqual(expected)
})

it('a value measured whole differs by what crosses its boundary, and by no more', () => {
  const interval: Interval = { wh: 100, quality: 'measured', permille: 1000 }
  expect(compare(interval, null, 900)).toEqual(explained)
  expect(compare(interval, null, 899)).toEqual(unexplained)
})
