/** A simulated battery's exact books: it charges by its own habit, and discharges while it follows an event. */
import type { EnphaseEvent } from '../../vendors/enphase.ts'
import type { Follows } from '../cloud-events.ts'
import { blocksBetween, HOUR_MS } from '../load-model.ts'

/** Energies, Wh. */
export interface Flow {
  readonly charge: number
  readonly discharge: number
}

export interface Battery {
  readonly seed: number
  readonly id: string
  readonly ratedW: number
  readonly follows: () => readonly Follows<EnphaseEvent>[]
}

const DAY_MS = 24 * HOUR_MS

/** Between two instants of one UTC day. Rounding is on the day's running total, so that intervals add up to the day. */
export function flowOf(battery: Battery, fromMs: number, untilMs: number): Flow {
  const dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS
  const [before, after] = [wmsBetween(battery, dayMs, fromMs), wmsBetween(battery, dayMs, untilMs)]
  const wh = (wms: number): number => Math.floor(wms / HOUR_MS)
  return { charge: wh(after.charge) - wh(before.charge), discharge: wh(after.discharge) - wh(before.discharge) }
}

/** In watt-milliseconds: exact integers. */
function wmsBetween({ seed, id, ratedW, follows }: Battery, fromMs: number, untilMs: number): Flow {
  const all = follows().filter((one) => one.fromMs < untilMs && one.untilMs > fromMs)
  const blocks = blocksBetween(seed, id, ratedW, fromMs, untilMs)
  const edges = [...all.flatMap((one) => [one.fromMs, one.untilMs]), ...blocks.flatMap(({ startMs, endMs }) => [startMs, endMs])]
  const inside = edges.filter((atMs) => atMs > fromMs && atMs < untilMs)
  const cuts = [...new Set([fromMs, ...inside, untilMs])].sort((a, b) => a - b)
  let [charge, discharge] = [0, 0]
  for (const [index, cutMs] of cuts.slice(0, -1).entries()) {
    const lengthMs = (cuts[index + 1] ?? cutMs) - cutMs
    const followed = all.findLast((one) => one.fromMs <= cutMs && cutMs < one.untilMs)
    if (followed) discharge += Number(followed.event.body.rate_watt) * lengthMs
    else charge += (blocks.find(({ startMs, endMs }) => startMs <= cutMs && cutMs < endMs)?.powerW ?? 0) * lengthMs
  }
  return { charge, discharge }
}
