/** What a row of the bench is, and the line that it prints. */
import type { Stage } from './stage.ts'

/** What was asked for on the command line. */
export interface Options {
  /** Small sizes: shows that everything runs; no goal is judged. */
  readonly quick: boolean
  /** Sizes of fleets that are dispatched to, ascending. */
  readonly devices: readonly number[]
}

/** One measured figure beside what the machine could do at most in the same run. */
export interface Figure {
  readonly row: string
  readonly figure: number
  readonly unit: string
  /** The raw limit, in the same unit; null = none is known. */
  readonly limit: number | null
  /** What the limit is a measurement of, in words. */
  readonly limitIs: string
  /** Share of the limit that was reached: 1 = as fast as the limit. */
  readonly ratio: number | null
  readonly goal: number | null
  /** null = no goal is set for this size. */
  readonly met: boolean | null
  readonly [more: string]: unknown
}

export interface Row {
  readonly name: string
  /** One line for --help. */
  readonly about: string
  /** Rows of one stage share a broker, one after the other; null = none is needed. */
  readonly stage: string | null
  measure(stage: Stage, options: Options, report: (figure: Figure) => void): Promise<void>
}

export interface Measured {
  readonly row: string
  readonly figure: number
  readonly unit: string
  /** Whether a lower or a higher figure is better. */
  readonly better: 'lower' | 'higher'
  readonly limit: number | null
  readonly limitIs: string
  readonly goal: number | null
  readonly more: Readonly<Record<string, unknown>>
}

/** Four significant digits: what is measured here is not known any better. */
export const rounded = (value: number): number => Number(value.toPrecision(4))

/** Judges a measurement against its limit and its goal. */
export function figureOf({ row, figure, unit, better, limit, limitIs, goal, more }: Measured): Figure {
  const share = limit === null ? null : better === 'lower' ? limit / figure : figure / limit
  const met = goal === null ? null : better === 'lower' ? figure <= goal : figure >= goal
  return {
    row,
    figure: rounded(figure),
    unit,
    limit: limit === null ? null : rounded(limit),
    limitIs,
    ratio: share === null ? null : rounded(share),
    goal,
    met,
    ...more,
  }
}

/** The value in the middle; of an even count the lower one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
