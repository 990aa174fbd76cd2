/** Lays a unit's energies on the grid of an event, for the baseline and for the event itself. */
import type { Quality } from '../../schemas/common.ts'
import type { UnitSeries } from './baseline/input.ts'
import { MISSING } from './baseline/input.ts'
import type { UnitEnergies } from './history.ts'
import type { EventPlan } from './plan-event.ts'
import { QUALITY_OF_CODE } from './unit-energy.ts'

/** An interval counts only where readings cover all of it: a part would pass for a reduction. */
export const WHOLE_PERMILLE = 1000

/** Makes series on one grid, each in the place of the one before: an evaluation is over before the next begins. */
export function createSeriesMaker({ spans, stepMs }: EventPlan): (energies: UnitEnergies) => UnitSeries {
  const startMs = spans[0]?.fromMs ?? 0
  const count = Math.max(0, Math.round(((spans.at(-1)?.toMs ?? startMs) - startMs) / stepMs))
  const wh = new Float64Array(count)
  const quality = new Uint8Array(count)
  return (energies) => {
    quality.fill(MISSING)
    for (let i = 0; i < energies.startMs.length; i++) {
      const index = ((energies.startMs[i] ?? 0) - startMs) / stepMs
      if (!Number.isInteger(index) || (energies.coveragePermille[i] ?? 0) < WHOLE_PERMILLE) continue
      wh[index] = energies.wh[i] ?? 0
      quality[index] = energies.quality[i] ?? MISSING
    }
    return { startMs, stepMs, wh, quality }
  }
}

/** What was metered in each interval of the event. */
export interface Actuals {
  readonly actualWh: readonly number[]
  readonly qualities: readonly Quality[]
  readonly coveragePermille: readonly number[]
  /** Devices of the unit that count neither here nor in the baseline, since values of theirs did not come. */
  readonly devicesLeftOut: number
  /** True: every interval is covered whole, from the named source, by every device. */
  readonly isComplete: boolean
}

export function actualsOf({ plan }: EventPlan, energies: UnitEnergies): Actuals {
  const slots = plan.slots.event.map(({ startMs }) => placeOf(energies.startMs, startMs))
  const coveragePermille = slots.map((place) => energies.coveragePermille[place] ?? 0)
  return {
    actualWh: slots.map((place) => energies.wh[place] ?? 0),
    qualities: slots.map((place) => QUALITY_OF_CODE[energies.quality[place] ?? 0] ?? 'missing'),
    coveragePermille,
    devicesLeftOut: energies.devicesLeftOut,
    isComplete:
      energies.devicesLeftOut === 0 &&
      slots.every((place, index) => coveragePermille[index] === WHOLE_PERMILLE && energies.named[place] === 1),
  }
}

/** Index of a start among ascending ones, or -1. */
function placeOf(startsMs: Float64Array, startMs: number): number {
  let low = 0
  let high = startsMs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((startsMs[middle] ?? 0) < startMs) low = middle + 1
    else high = middle
  }
  return startsMs[low] === startMs ? low : -1
}
