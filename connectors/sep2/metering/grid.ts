/** Puts periods as clients measure them on the clock's grid, where they are meant to be on it. */

/** Lengths of an interval that the grid knows, seconds. */
const STEPS_S = [60, 300, 900, 1800, 3600] as const
/** Zones stand a multiple of 15 minutes from UTC, so no local grid starts in between. */
const LINE_S = 900

export interface GridPeriod {
  readonly startMs: number
  readonly stepMs: number
  /** True: it was moved, by at most a tenth of its length and half a minute at either end. */
  readonly moved: boolean
}

/**
 * A client samples when it can: an interval from 12:00:01 for 298 s is the one of 12:00 for 5 minutes. undefined = it is none.
 *
 *   grid    |---------|---------|
 *   said      |------|                 moved
 *   said         |---------|           none
 */
export function onGrid(startS: number, durationS: number): GridPeriod | undefined {
  const stepS = STEPS_S.find((step) => Math.abs(step - durationS) <= toleranceS(step))
  if (stepS === undefined) return undefined
  const lineS = Math.min(stepS, LINE_S)
  const gridS = Math.round(startS / lineS) * lineS
  const isNear = Math.abs(gridS - startS) <= toleranceS(stepS) && Math.abs(gridS + stepS - startS - durationS) <= toleranceS(stepS)
  if (!isNear) return undefined
  return { startMs: gridS * 1000, stepMs: stepS * 1000, moved: gridS !== startS || stepS !== durationS }
}

const toleranceS = (stepS: number): number => Math.min(30, stepS / 10)
