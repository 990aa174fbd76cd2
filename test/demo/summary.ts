/** The closing figures of the demo, and whether they agree with each other. */
import type { Fleet } from '../fleet/fleet.ts'
import { countBy, type Seen } from './watch.ts'

export interface Figures {
  readonly devices: number
  readonly enrolled: number
  readonly sent: number
  readonly notSent: Readonly<Record<string, number>>
  readonly fanoutMs: number
  readonly commandsDurablePerSecond: number
  readonly acks: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  readonly intervals: number
  readonly baselineWh: number
  readonly actualWh: number
  readonly gapWh: number
  readonly reductionWh: number
  readonly simulatorWh: number
  readonly clickhouseRows: number
  readonly reportAccepted: boolean
  readonly wallSeconds: number
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

/** Energy that the fleet metered in intervals for which no reading came, by the results' own coverage. */
export function missingWh(seen: Seen, fleet: Fleet): number {
  let missing = 0
  for (const { unitId, startMs, stepS, qualities } of seen.results.values()) {
    for (const [index, quality] of qualities.entries()) {
      const fromMs = startMs + index * stepS * 1000
      if (quality === 'missing') missing += fleet.meterWh(unitId, fromMs, fromMs + stepS * 1000)
    }
  }
  return missing
}

/** What the fleet's own meters say about the settled units in the event. */
export function simulatorWh(seen: Seen, fleet: Fleet): number {
  return sum(
    [...seen.results.values()].map(({ unitId, startMs, stepS, actualWh }) =>
      fleet.meterWh(unitId, startMs, startMs + actualWh.length * stepS * 1000),
    ),
  )
}

/** Sums over the newest result of every unit. */
export function resultSums(seen: Seen): { baselineWh: number; actualWh: number; reductionWh: number; intervals: number } {
  const results = [...seen.results.values()]
  return {
    baselineWh: sum(results.flatMap(({ baselineWh }) => baselineWh)),
    actualWh: sum(results.flatMap(({ actualWh }) => actualWh)),
    reductionWh: sum(results.flatMap(({ reductionWh }) => reductionWh)),
    intervals: sum(results.map(({ actualWh }) => actualWh.length)),
  }
}

/** Newest decision of each device that was not sent a command, by reason. */
export function notSent(seen: Seen): Record<string, number> {
  return countBy([...seen.decisions.values()].filter((outcome) => outcome !== 'sent' && outcome !== 'sentAtRisk'))
}
