/** What a window of a day comes to: energy, coverage, quality. */
import { MISSING, QUALITIES } from './day.ts'
import type { AggregatorDay, DayGrid, DaySums } from './state.ts'

export interface WindowEnergy {
  readonly wh: number
  readonly coveragePermille: number
  /** Index into Quality. */
  readonly quality: number
}

interface Part {
  readonly register: string
  readonly wh: number
  readonly coveredMs: number
  readonly quality: number
}

export const NOTHING: WindowEnergy = { wh: 0, coveragePermille: 0, quality: MISSING }

/** From a metered value outward. */
const WORSE = (['measured', 'edited', 'modelled', 'estimated', 'missing'] as const).map((name) => QUALITIES.indexOf(name))
const [MEASURED = 0, EDITED = 0, MODELLED = 0, ESTIMATED = 0] = WORSE
const DISTANCE = QUALITIES.map((_, code) => WORSE.indexOf(code))

/**
 * Registers add up, but one of the whole device (empty name) stands for all. The least covered register tells the coverage; a register
 * that was heard earlier in the day and is silent now counts as not covered.
 */
export function windowEnergy(day: AggregatorDay, index: number): WindowEnergy {
  const { sums, grids, stepS } = day
  const [grid] = grids
  // Nearly every day of an import: one statement, one register.
  if (grid && grids.length === 1 && sums.length === 0) return energyOf(gridPart(grid, stepS, index), stepS)
  return energyOfParts(day, index)
}

function energyOf(part: Part | null, stepS: number): WindowEnergy {
  if (part === null || part.coveredMs <= 0) return NOTHING
  return { wh: part.wh, coveragePermille: Math.min(1000, Math.floor(part.coveredMs / stepS)), quality: part.quality }
}

function energyOfParts(day: AggregatorDay, index: number): WindowEnergy {
  const heard = new Map<string, Part>()
  for (const sums of day.sums) addPart(heard, sumPart(sums, index))
  for (const grid of day.grids) addPart(heard, gridPart(grid, day.stepS, index))
  const whole = heard.get('')
  const counted = whole && whole.coveredMs > 0 ? [whole] : [...heard.values()]
  const wh = counted.reduce((total, part) => total + part.wh, 0)
  const coveredMs = counted.reduce((least, part) => Math.min(least, part.coveredMs), Number.POSITIVE_INFINITY)
  if (!counted.some((part) => part.coveredMs > 0)) return NOTHING
  const quality = counted.reduce((worst, part) => worseOf(worst, part.quality), MEASURED)
  return { wh, coveragePermille: Math.min(1000, Math.floor(coveredMs / day.stepS)), quality }
}

export function isEqual(a: WindowEnergy, b: WindowEnergy): boolean {
  return a.wh === b.wh && a.coveragePermille === b.coveragePermille && a.quality === b.quality
}

function worseOf(a: number, b: number): number {
  return (DISTANCE[b] ?? 0) > (DISTANCE[a] ?? 0) ? b : a
}

function addPart(parts: Map<string, Part>, part: Part | null): void {
  if (part === null) return
  const { register, wh, coveredMs, quality } = part
  const other = parts.get(register)
  parts.set(
    register,
    other ? { register, wh: other.wh + wh, coveredMs: other.coveredMs + coveredMs, quality: worseOf(other.quality, quality) } : part,
  )
}

/** Null before the register was first heard. */
function sumPart(sums: DaySums, index: number): Part | null {
  const coveredMs = sums.coveredMs[index] ?? 0
  if (coveredMs === 0 && !wasHeard(sums.coveredMs, index)) return null
  const quality = (sums.estimatedMs[index] ?? 0) > 0 ? ESTIMATED : (sums.modelledMs[index] ?? 0) > 0 ? MODELLED : MEASURED
  return {
    register: sums.register,
    wh: sums.wh[index] ?? 0,
    coveredMs,
    quality: quality === MEASURED && (sums.editedMs[index] ?? 0) > 0 ? EDITED : quality,
  }
}

function wasHeard(coveredMs: readonly number[], before: number): boolean {
  for (let i = 0; i < before; i++) if ((coveredMs[i] ?? 0) > 0) return true
  return false
}

/** Null where nothing was stated. */
function gridPart(grid: DayGrid, stepS: number, index: number): Part | null {
  const perWindow = stepS / grid.slotS
  let [wh, stated, quality] = [0, 0, MEASURED]
  for (let slot = index * perWindow; slot < (index + 1) * perWindow; slot++) {
    const code = grid.quality[slot] ?? MISSING
    if (code === MISSING) continue
    wh += grid.wh[slot] ?? 0
    stated++
    quality = worseOf(quality, code)
  }
  return stated === 0 ? null : { register: grid.register, wh, coveredMs: stated * grid.slotS * 1000, quality }
}
