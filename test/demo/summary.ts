/** The closing figures of the demo, and whether they agree with each other. */
import { WHOLE_PERMILLE } from '../../processors/settlement/energies.ts'
import { isAcross } from '../fleet/cuts.ts'
import type { MixedFleet } from '../fleet/mixed/fleet.ts'
import { countBy, type Seen, type SeenGap } from './watch.ts'

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
  /** Whether meters, results and ClickHouse agree to the watt-hour but for flagged intervals. */
  readonly agrees: boolean
  readonly clickhouseRows: number
  readonly reportAccepted: boolean
  readonly wallSeconds: number
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

export interface Comparison {
  /**
   * What the meters counted beyond the results in flagged intervals: not covered whole, in a gap on the log; or estimated, as part of a longer stretch;
   * and what a reading across the boundary of an interval left on the other side.
   */
  readonly gapWh: number
  /** Differences in all other intervals, each by its amount: 0 = every one of them is what the meter counted, to the watt-hour. */
  readonly unexplainedWh: number
  /** The first few of them, in words. */
  readonly unexplained: readonly string[]
}

/** What is told of an open gap's end is how far it reached when it was told. */
const endOf = ({ status, untilMs }: SeenGap): number => (status === 'open' || status === 'requested' ? Number.POSITIVE_INFINITY : untilMs)

/** Qualities of values that claim to be whole and exact: what a thermostat's cloud says of its runtime is as good as its rating. */
const EXACT: readonly string[] = ['measured', 'modelled']

/** What the meter of a device counted in an interval that is over, asked for once each. */
export function rememberMeters({ meterWh }: Pick<MixedFleet, 'meterWh'>): MixedFleet['meterWh'] {
  const known = new Map<string, number>()
  return (id, fromMs, untilMs) => {
    const key = `${id} ${fromMs} ${untilMs}`
    const wh = known.get(key) ?? meterWh(id, fromMs, untilMs)
    known.set(key, wh)
    return wh
  }
}

/** Compares the results with the fleet's own meters, interval by interval. */
export function compareWithMeters(seen: Seen, meterWh: MixedFleet['meterWh']): Comparison {
  const gapsOf = new Map<string, SeenGap[]>()
  for (const gap of seen.gaps.values()) gapsOf.set(gap.deviceId, [...(gapsOf.get(gap.deviceId) ?? []), gap])
  let gapWh = 0
  let unexplainedWh = 0
  const unexplained: string[] = []
  for (const { unitId, startMs, stepS, qualities, coveragePermille, actualWh } of seen.results.values()) {
    for (const [index, quality] of qualities.entries()) {
      const fromMs = startMs + index * stepS * 1000
      const untilMs = fromMs + stepS * 1000
      const differenceWh = meterWh(unitId, fromMs, untilMs) - (actualWh[index] ?? 0)
      const isInGap = gapsOf.get(unitId)?.some((gap) => gap.fromMs < untilMs && endOf(gap) > fromMs) ?? false
      const isWhole = (coveragePermille[index] ?? 0) >= WHOLE_PERMILLE
      const isCut = isWhole && isAcross(differenceWh, seen.cuts.mostWh(unitId, fromMs, untilMs))
      if (isCut || (isWhole ? !EXACT.includes(quality) : isInGap)) gapWh += differenceWh
      else {
        unexplainedWh += Math.abs(differenceWh)
        if (differenceWh !== 0 && unexplained.length < 5)
          unexplained.push(
            `${unitId} from ${new Date(fromMs).toISOString()}: ${quality} ${actualWh[index]} Wh, the meter has ${differenceWh} Wh more`,
          )
      }
    }
  }
  return { gapWh, unexplainedWh, unexplained }
}

/** What the fleet's own meters say about the settled units in the event. */
export function simulatorWh(seen: Seen, meterWh: MixedFleet['meterWh']): number {
  return sum(
    [...seen.results.values()].map(({ unitId, startMs, stepS, actualWh }) =>
      meterWh(unitId, startMs, startMs + actualWh.length * stepS * 1000),
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
