/** Prints statements: a line for each total, and the sum of all. */
import { counted, inKwh } from '../explain/format.ts'
import type { Statement, Total } from './statement.ts'

function money(minor: number, { currency, decimals }: Statement): string {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`
  return `${minor < 0 ? '-' : ''}${text} ${currency}`
}

function totalWords(name: string, total: Total, statement: Statement): string {
  const { lines, reductionWh, nominatedWh, shortfallWh, performance, energyMinor, penaltyMinor, netMinor } = total
  const nominated =
    nominatedWh === null
      ? 'nothing nominated'
      : `of ${inKwh(nominatedWh)} nominated (${performance ?? 'no'} of it), short ${inKwh(shortfallWh ?? 0)}`
  return [
    name,
    counted(lines, 'line'),
    inKwh(reductionWh),
    nominated,
    `pays ${money(energyMinor, statement)}`,
    `penalty ${money(penaltyMinor, statement)}`,
    `net ${money(netMinor, statement)}`,
  ].join('  ')
}

/** Lines of text; the last says by which rule money was rounded. */
export function describeStatement(statement: Statement): readonly string[] {
  const { totals, total, rounding } = statement
  const named = totals.map((one) => totalWords(one.of === '' ? '(none known)' : one.of, one, statement))
  return [...named, totalWords('all', total, statement), `money rounded ${rounding}; the lines add up`]
}
