/** Statements in minor units: every line is one of the two around its exact amount, and every sum is the rounded sum. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PaidLine } from '../../../../gateway/cli/statements/lines.ts'
import { describeStatement } from '../../../../gateway/cli/statements/print.ts'
import { decimalsOf, GROUPINGS, makeStatements, type Statement } from '../../../../gateway/cli/statements/statement.ts'

const line = (changes: Partial<PaidLine> = {}): PaidLine => ({
  ...{ statementId: 'P:2026-06', month: '2026-06', seasonFrom: '2026-06-01', unitId: 'a', unitKind: 'device', customerId: 'c', groups: [] },
  ...{
    eventId: 'e',
    startMs: 0,
    reductionWh: 1000,
    nominatedWh: null,
    shortfallWh: null,
    energyMicro: 0,
    penaltyMicro: 0,
    currency: 'USD',
  },
  ...changes,
})
const only = (statements: readonly Statement[]): Statement => {
  if (statements.length !== 1 || !statements[0]) throw new Error(`${statements.length} statements`)
  return statements[0]
}

const anyLine = fc
  .record({
    month: fc.constantFrom('2026-06', '2026-07'),
    unitId: fc.constantFrom('a', 'b', 'c'),
    customerId: fc.constantFrom('', 'c-1', 'c-2'),
    eventId: fc.constantFrom('e', 'f'),
    energyMicro: fc.integer({ min: -3_000_000, max: 30_000_000 }),
    penaltyMicro: fc.integer({ min: 0, max: 3_000_000 }),
  })
  .map((fields) => line({ ...fields, statementId: `P:${fields.month}` }))

const halfEven = (micro: number): number => {
  const floor = Math.floor(micro / 10_000)
  const rest = micro - floor * 10_000
  return rest > 5000 || (rest === 5000 && floor % 2 !== 0) ? floor + 1 : floor
}

describe('a statement', () => {
  test('adds up, whatever its lines and however they are grouped', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 40 }), fc.constantFrom(...GROUPINGS), (lines, by) => {
        const { lines: rows, totals, total } = only(makeStatements(lines, by))
        expect(rows).toHaveLength(lines.length)
        for (const row of rows) {
          expect(Math.abs(row.energyMinor - row.energyMicro / 10_000)).toBeLessThan(1)
          expect(Math.abs(row.penaltyMinor - row.penaltyMicro / 10_000)).toBeLessThan(1)
          expect(row.netMinor).toBe(row.energyMinor - row.penaltyMinor)
        }
        const months = [...new Set(lines.map(({ month }) => month))]
        const rounded = (column: 'energyMicro' | 'penaltyMicro') =>
          months
            .map((month) => lines.filter((one) => one.month === month).reduce((sum, one) => sum + one[column], 0))
            .reduce((sum, micro) => sum + halfEven(micro), 0)
        expect([total.energyMinor, total.penaltyMinor]).toEqual([rounded('energyMicro'), rounded('penaltyMicro')])
        if (by !== 'group')
          for (const column of ['lines', 'reductionWh', 'energyMinor', 'penaltyMinor', 'netMinor'] as const)
            expect(totals.reduce((sum, one) => sum + one[column], 0)).toBe(total[column])
      }),
    )
  })

  test('of a season is the sum of its months', () => {
    const lines = [1, 2, 3, 4, 5].flatMap((unit) =>
      ['2026-06', '2026-07'].map((month) => line({ unitId: String(unit), month, statementId: `P:${month}`, energyMicro: 15_001 })),
    )
    const months = ['2026-06', '2026-07'].map((month) =>
      only(
        makeStatements(
          lines.filter((one) => one.month === month),
          'unit',
        ),
      ),
    )
    const season = only(makeStatements(lines, 'month'))
    expect(season.totals.map(({ energyMinor }) => energyMinor)).toEqual(months.map(({ total }) => total.energyMinor))
  })

  test('tells performance over what was nominated', () => {
    const lines = [line({ nominatedWh: 3000, shortfallWh: 2000 }), line({ eventId: 'f', reductionWh: 500 })]
    expect(only(makeStatements(lines, 'unit')).total).toMatchObject({
      reductionWh: 1500,
      nominatedWh: 3000,
      shortfallWh: 2000,
      performance: '0.333',
    })
    expect(only(makeStatements([line({ nominatedWh: 0, shortfallWh: 0 })], 'unit')).total).toMatchObject({
      nominatedWh: 0,
      performance: null,
    })
    expect(only(makeStatements([line()], 'unit')).total).toMatchObject({ nominatedWh: null, shortfallWh: null, performance: null })
  })

  test('counts a unit in each of its groups', () => {
    const { totals } = only(
      makeStatements([line({ groups: ['north', 'south'] }), line({ unitId: 'b', groups: ['south'] }), line({ unitId: 'c' })], 'group'),
    )
    expect(totals.map(({ of, lines }) => [of, lines])).toEqual([
      ['north', 1],
      ['south', 2],
    ])
  })

  test('is one for each currency, in its own minor unit', () => {
    const statements = makeStatements([line({ energyMicro: 1_500_000 }), line({ currency: 'JPY', energyMicro: 1_500_000 })], 'unit')
    expect(statements.map(({ currency, decimals, total }) => [currency, decimals, total.energyMinor])).toEqual([
      ['USD', 2, 150],
      ['JPY', 0, 2],
    ])
    expect(decimalsOf('KWD')).toBe(3)
  })
})

test('words name everybody, the sum, and the rule', () => {
  const lines = [
    line({ customerId: '', energyMicro: -50_000 }),
    line({ unitId: 'b', nominatedWh: 2000, shortfallWh: 1000, energyMicro: 2_000_000, penaltyMicro: 250_000 }),
  ]
  expect(describeStatement(only(makeStatements(lines, 'customer')))).toEqual([
    '(none known)  1 line  1.000 kWh  nothing nominated  pays -0.05 USD  penalty 0.00 USD  net -0.05 USD',
    'c  1 line  1.000 kWh  of 2.000 kWh nominated (0.500 of it), short 1.000 kWh  pays 2.00 USD  penalty 0.25 USD  net 1.75 USD',
    'all  2 lines  2.000 kWh  of 2.000 kWh nominated (0.500 of it), short 1.000 kWh  pays 1.95 USD  penalty 0.25 USD  net 1.70 USD',
    'money rounded half-even, largest remainder; the lines add up',
  ])
})
