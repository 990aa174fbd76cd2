/** Adds finer intervals up onto a coarser grid. */
import { type Energy, worseQuality } from './unit-energy.ts'

export interface Grid {
  /** Any line of the grid, epoch ms UTC. */
  readonly originMs: number
  readonly stepS: number
}

/**
 * The energies on the grid, ascending by start. Coarser intervals, and those across a grid line, are left out; coverage is weighted by
 * length and rounded down, parts that are absent count as not covered.
 */
export function regrid(energies: readonly Energy[], grid: Grid): Energy[] {
  const stepMs = grid.stepS * 1000
  const sums = new Map<number, Energy & { covered: number }>()
  for (const energy of energies) {
    const startMs = grid.originMs + Math.floor((energy.startMs - grid.originMs) / stepMs) * stepMs
    if (energy.startMs + energy.stepS * 1000 > startMs + stepMs) continue
    const other = sums.get(startMs)
    sums.set(startMs, {
      startMs,
      stepS: grid.stepS,
      wh: energy.wh + (other?.wh ?? 0),
      quality: other ? worseQuality(other.quality, energy.quality) : energy.quality,
      coveragePermille: 0,
      named: energy.named,
      covered: energy.coveragePermille * energy.stepS + (other?.covered ?? 0),
    })
  }
  return [...sums.values()]
    .map(({ covered, ...energy }) => ({ ...energy, coveragePermille: Math.floor(covered / grid.stepS) }))
    .sort((a, b) => a.startMs - b.startMs)
}
