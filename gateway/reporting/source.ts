/** The rows that reports are made of, as sums; whoever holds the data implements this. */
import type { Quality } from '../../schemas/common.ts'
import type { Scope } from './data-points.ts'

export interface IntervalQuestion extends Scope {
  /** Half-open, epoch ms UTC; `fromMs` is a line of the grid. */
  readonly fromMs: number
  readonly toMs: number
  /** Grid, seconds. */
  readonly stepS: number
  /** Source preferred where several have an interval of a device. */
  readonly dataSource: string
}

/** Net energy of the devices asked about in one interval, + = import. */
export interface StepSum {
  readonly startMs: number
  readonly energyWh: number
  /** The worst of them; missing only where all are, else a sum that lacks some is estimated. */
  readonly quality: Quality
  /** Devices that had a value. */
  readonly devices: number
}

export interface ResultQuestion {
  readonly eventId: string
  /** Unit of the event whose result is wanted; null = all of them. */
  readonly resourceId: string | null
}

/** Result of an event in one interval, over the units asked about, newest revisions. */
export interface ResultStep {
  readonly startMs: number
  readonly usageWh: number
  /** Over the units that have a baseline; null = none has. */
  readonly baselineWh: number | null
  /** usage less baseline of the units that have one and were measured. */
  readonly deltaUsageWh: number | null
  readonly quality: Quality
}

export interface ResultSums {
  /** Interval, seconds; 0 = nothing is settled yet. */
  readonly stepS: number
  readonly units: number
  readonly unitsWithBaseline: number
  readonly steps: readonly ResultStep[]
}

export interface StatusQuestion extends Scope {
  /** Of what instant, epoch ms UTC. */
  readonly atMs: number
  /** A device without connections of its own counts as online when it delivered a value since then. */
  readonly sinceMs: number
  /** Events in force at that instant. */
  readonly eventIds: readonly string[]
}

/** Devices at an instant. */
export interface StatusCounts {
  readonly devices: number
  readonly online: number
  /** Opted out of one of the events in force, by whomever. */
  readonly optedOut: number
}

/** Steps come ascending, without those of which nothing is known. */
export interface ReportSource {
  intervalSums(question: IntervalQuestion): Promise<readonly StepSum[]>
  resultSums(question: ResultQuestion): Promise<ResultSums>
  statusCounts(question: StatusQuestion): Promise<StatusCounts>
}
