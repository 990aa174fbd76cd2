/** Makes a statement of payment lines, in minor units that add up, with totals by whatever is asked. Pure. */
import { toStatementLines } from '../../../processors/settlement/exact/money.ts'
import { rational } from '../../../processors/settlement/exact/rational.ts'
import { ROUNDING_RULE, toFixed } from '../../../processors/settlement/exact/rounding.ts'
import type { PaidLine } from './lines.ts'

export const GROUPINGS = ['unit', 'customer', 'group', 'event', 'month'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Money in minor units of the currency, such as cents; net = energy - penalty. */
export interface Amounts {
  readonly energyMinor: number
  readonly penaltyMinor: number
  readonly netMinor: number
}

export interface StatementRow extends PaidLine, Amounts {}

export interface Total extends Amounts {
  /** What the lines have in common; empty = none is known. */
  readonly of: string
  readonly lines: number
  readonly reductionWh: number
  /** null = nothing was nominated. */
  readonly nominatedWh: number | null
  readonly shortfallWh: number | null
  /** Reduction of the lines with a nomination, over it, to three decimals. */
  readonly performance: string | null
}

export interface Statement {
  readonly currency: string
  /** Decimals of the minor unit. */
  readonly decimals: number
  /** How money became minor units. */
  readonly rounding: string
  readonly lines: readonly StatementRow[]
  readonly totals: readonly Total[]
  readonly total: Total
}

/** Each column of a statement is rounded as a whole; the lines with the greatest remainders gain, so that they add up to it. */
export const STATEMENT_ROUNDING = `${ROUNDING_RULE}, largest remainder`

/** Decimals of a currency's minor unit, by ISO 4217. */
export function decimalsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

function toRows(lines: readonly PaidLine[], decimals: number): readonly StatementRow[] {
  const microsPerMinor = 10n ** BigInt(6 - decimals)
  const minor = (column: (line: PaidLine) => number) =>
    toStatementLines(
      lines.map((line) => BigInt(column(line))),
      microsPerMinor,
    ).map(Number)
  const energies = minor(({ energyMicro }) => energyMicro)
  const penalties = minor(({ penaltyMicro }) => penaltyMicro)
  return lines.map((line, index) => {
    const [energyMinor = 0, penaltyMinor = 0] = [energies[index], penalties[index]]
    return { ...line, energyMinor, penaltyMinor, netMinor: energyMinor - penaltyMinor }
  })
}

const sumOf = (rows: readonly StatementRow[], column: (row: StatementRow) => number): number =>
  rows.reduce((sum, row) => sum + column(row), 0)

function totalOf(of: string, rows: readonly StatementRow[]): Total {
  const nominated = rows.filter(({ nominatedWh }) => nominatedWh !== null)
  const nominatedWh = nominated.length === 0 ? null : sumOf(nominated, (row) => row.nominatedWh ?? 0)
  const delivered = sumOf(nominated, (row) => row.reductionWh)
  return {
    of,
    lines: rows.length,
    reductionWh: sumOf(rows, (row) => row.reductionWh),
    nominatedWh,
    shortfallWh: nominatedWh === null ? null : sumOf(nominated, (row) => row.shortfallWh ?? 0),
    performance: nominatedWh ? toFixed(rational(BigInt(delivered), BigInt(nominatedWh)), 3) : null,
    energyMinor: sumOf(rows, (row) => row.energyMinor),
    penaltyMinor: sumOf(rows, (row) => row.penaltyMinor),
    netMinor: sumOf(rows, (row) => row.netMinor),
  }
}

const KEYS: Readonly<Record<Grouping, (row: StatementRow) => readonly string[]>> = {
  unit: ({ unitId }) => [unitId],
  customer: ({ customerId }) => [customerId],
  group: ({ groups }) => groups,
  event: ({ eventId }) => [eventId],
  month: ({ month }) => [month],
}

function groupRows<T>(rows: readonly T[], keysOf: (row: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows)
    for (const key of keysOf(row)) {
      const group = groups.get(key)
      if (group) group.push(row)
      else groups.set(key, [row])
    }
  return groups
}

/** One statement per currency; lines of one statementId are rounded together, so that a season is the sum of its months. */
export function makeStatements(lines: readonly PaidLine[], by: Grouping): readonly Statement[] {
  return [...groupRows(lines, ({ currency }) => [currency])].map(([currency, own]) => {
    const decimals = decimalsOf(currency)
    const rows = [...groupRows(own, ({ statementId }) => [statementId]).values()].flatMap((statement) => toRows(statement, decimals))
    const totals = [...groupRows(rows, KEYS[by])].map(([of, some]) => totalOf(of, some)).sort((a, b) => (a.of < b.of ? -1 : 1))
    return { currency, decimals, rounding: STATEMENT_ROUNDING, lines: rows, totals, total: totalOf('', rows) }
  })
}
