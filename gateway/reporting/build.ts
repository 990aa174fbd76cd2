/** Makes a report from rows; pure. */
import type { Quality } from '../../schemas/common.ts'
import type { UtilityReport } from '../../schemas/utility.ts'
import { hashId } from '../../topics/ids.ts'
import { type Measure, type StatusPart, scopeKey, statusParts, statusRId } from './data-points.ts'
import type { Asked, Job } from './plan.ts'
import type { ResultSums, StatusCounts, StepSum } from './source.ts'

interface Value {
  readonly wh: number
  readonly quality: Quality
}

/** How the devices of a scope stood in one interval. */
export interface StatusStep extends StatusCounts {
  readonly startMs: number
  readonly limitPermille: number
}

/** Values by scope (`scopeKey`), measure and start. */
export interface Rows {
  readonly intervals: ReadonlyMap<string, readonly StepSum[]>
  /** An event has one result for each scope. */
  readonly results: ReadonlyMap<string, readonly ResultSums[]>
  readonly statuses: ReadonlyMap<string, readonly StatusStep[]>
}

const missing: Value = { wh: 0, quality: 'missing' }

function resultValues(results: readonly ResultSums[], measure: Exclude<Measure, 'status'>): ReadonlyMap<number, Value> {
  const values = new Map<number, Value>()
  for (const { steps, units, unitsWithBaseline } of results)
    for (const step of steps) {
      const wh = { usage: step.usageWh, baseline: step.baselineWh, deltaUsage: step.deltaUsageWh }[measure]
      // A sum over some of the units only is said to be uncertain.
      const partial = measure !== 'usage' && unitsWithBaseline < units && step.quality !== 'missing'
      if (wh !== null) values.set(step.startMs, { wh, quality: partial ? 'estimated' : step.quality })
    }
  return values
}

const intervalValues = (sums: readonly StepSum[]): ReadonlyMap<number, Value> =>
  new Map(sums.map(({ startMs, energyWh, quality }) => [startMs, { wh: energyWh, quality }]))

/** A scope without devices has no status, and that is no gap. */
function statusValues(steps: readonly StatusStep[], part: StatusPart): ReadonlyMap<number, Value> {
  return new Map(steps.map((step) => [step.startMs, { wh: step[part], quality: step.devices > 0 ? 'measured' : 'missing' } as const]))
}

/** The values of one data point asked for, each a point of the report: a status has several. */
function seriesOf(job: Job, { rId, point }: Asked, rows: Rows): readonly (readonly [string, ReadonlyMap<number, Value>])[] {
  const { measure } = point
  const key = scopeKey(point)
  if (measure === 'status')
    return statusParts.map((part) => [statusRId(rId, part), statusValues(rows.statuses.get(key) ?? [], part)] as const)
  const fromIntervals = job.what === 'period' && measure === 'usage'
  const values = fromIntervals ? intervalValues(rows.intervals.get(key) ?? []) : resultValues(rows.results.get(key) ?? [], measure)
  return [[rId, values]]
}

/** Start of each interval of a job, and their length. */
function stepsOf(job: Job, rows: Rows): { readonly startMs: number; readonly stepS: number; readonly count: number } {
  if (job.what === 'period') return { startMs: job.fromMs, stepS: job.stepS, count: (job.toMs - job.fromMs) / (job.stepS * 1000) }
  const results = [...rows.results.values()].flat().filter(({ stepS, steps }) => stepS > 0 && steps.length > 0)
  const stepS = results[0]?.stepS ?? 0
  if (stepS === 0) return { startMs: 0, stepS, count: 0 }
  const starts = results.flatMap(({ steps }) => [steps[0]?.startMs ?? 0, steps.at(-1)?.startMs ?? 0])
  const [first, last] = [Math.min(...starts), Math.max(...starts)]
  return { startMs: first, stepS, count: Math.round((last - first) / (stepS * 1000)) + 1 }
}

/** Follows from the request and the period, for an event also from the values, so that a result restated is a report of its own. */
export const reportIdOf = ({ request, key }: Job, content = ''): string =>
  hashId('report', request.vtnId, request.reportRequestId, key, content)

/**
 * Usage of a period comes from intervals, everything else from results. undefined: there is nothing to say, and nobody has to be told that.
 */
export function buildReport(job: Job, rows: Rows): UtilityReport | undefined {
  const { startMs, stepS, count } = stepsOf(job, rows)
  const series = job.asked.flatMap((asked) => seriesOf(job, asked, rows))
  const points = series.map(([rId, known]) => {
    const values = Array.from({ length: count }, (_, index) => known.get(startMs + index * stepS * 1000) ?? missing)
    return { rId, values: values.map(({ wh }) => wh), qualities: values.map(({ quality }) => quality) }
  })
  const silent = points.every(({ qualities }) => qualities.every((quality) => quality === 'missing'))
  if (count === 0 || (silent && !(job.what === 'period' && job.evenIfEmpty))) return undefined
  const { vtnId, reportRequestId, reportSpecifierId } = job.request
  return {
    reportId: job.what === 'event' ? reportIdOf(job, JSON.stringify([startMs, stepS, points])) : reportIdOf(job),
    vtnId,
    reportRequestId,
    reportSpecifierId,
    reportName: job.kind.reportName,
    eventId: job.what === 'event' ? job.event.eventId : null,
    startMs,
    stepS,
    points,
    status: 'pending',
    attempt: 0,
    detail: '',
  }
}
