/** Energy of a contributor or unit in one interval, and how energies of one interval add up. */
import type { Quality } from '../../schemas/common.ts'

/** `quality`: 1 measured, 2 estimated, 3 modelled, 4 edited, 0 missing; `named`: all of it came from the source the program names. */
export interface Energy {
  readonly startMs: number
  readonly stepS: number
  /** Net, + = import. */
  readonly wh: number
  readonly quality: number
  readonly coveragePermille: number
  readonly named: boolean
}

/** As QUALITY_CODE of the baseline, which has no code for missing. */
export const ENERGY_QUALITY: Readonly<Record<Quality, number>> = { missing: 0, measured: 1, estimated: 2, modelled: 3, edited: 4 }
export const QUALITY_OF_CODE: readonly Quality[] = ['missing', 'measured', 'estimated', 'modelled', 'edited']

/** How far each code is from a metered value. */
const DISTANCE = [4, 0, 3, 2, 1]

/** The worse of two codes: missing, then estimated, modelled, edited, measured. */
export function worseQuality(a: number, b: number): number {
  return (DISTANCE[a] ?? 0) >= (DISTANCE[b] ?? 0) ? a : b
}

/** Two parts of the same interval: sums, least coverage, worst quality. */
export function addEnergies(a: Energy, b: Energy): Energy {
  return {
    startMs: a.startMs,
    stepS: a.stepS,
    wh: a.wh + b.wh,
    quality: worseQuality(a.quality, b.quality),
    coveragePermille: Math.min(a.coveragePermille, b.coveragePermille),
    named: a.named && b.named,
  }
}
