/** Fetches the rows that a report needs. */

import { termsAt } from '../../processors/terms/terms-at.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import type { Rows, StatusStep } from './build.ts'
import { type Measure, type Scope, scopeKey } from './data-points.ts'
import type { Asked, Job } from './plan.ts'
import type { ReportSource, ResultSums, StepSum } from './source.ts'
import type { ReporterView } from './view.ts'

/** A device of a protocol without connections is online while it delivers values: two quarters of an hour may be late. */
const RECENTLY_MS = 1_800_000

/** What is asked, once for each scope. */
const scopesOf = (job: Job, has: (measure: Measure) => boolean): readonly Asked[] => [
  ...new Map(job.asked.filter(({ point }) => has(point.measure)).map((asked) => [scopeKey(asked.point), asked])).values(),
]

/** Measures of a period that come from results. */
const isResult = (measure: Measure): boolean => measure === 'baseline' || measure === 'deltaUsage'

/** Events whose results a report tells: its own, or those that run in its period. */
function eventsOf(job: Job, view: ReporterView): readonly UtilityEvent[] {
  if (job.what === 'event') return [job.event]
  const programIds = new Set(scopesOf(job, isResult).map(({ point }) => point.programId))
  return [...view.events.values()].filter(
    ({ kind, programId, startMs, endMs }) => kind === 'event' && programIds.has(programId) && startMs < job.toMs && endMs > job.fromMs,
  )
}

async function intervalsOf(job: Job, source: ReportSource): Promise<Map<string, readonly StepSum[]>> {
  const found = new Map<string, readonly StepSum[]>()
  if (job.what === 'event') return found
  const { fromMs, toMs, stepS } = job
  for (const { point, terms } of scopesOf(job, (measure) => measure === 'usage')) {
    const { programId, resourceId } = point
    const sums = await source.intervalSums({ programId, resourceId, fromMs, toMs, stepS, dataSource: terms.dataSource })
    found.set(scopeKey(point), sums)
  }
  return found
}

/** Whether an event addresses a resource by its id, or with everybody; of groups and places, the program as a whole is told. */
const addresses = ({ targets }: UtilityEvent, resourceId: string | null): boolean =>
  resourceId === null || targets.some(({ kind, ids }) => kind === 'all' || (kind === 'resource' && ids.includes(resourceId)))

/** Events that run at an instant; drills move nothing. */
const runningAt = (view: ReporterView, { programId, resourceId }: Scope, atMs: number): readonly UtilityEvent[] =>
  [...view.events.values()].filter(
    (event) =>
      event.kind === 'event' &&
      event.test !== 'drill' &&
      event.programId === programId &&
      event.startMs <= atMs &&
      event.endMs > atMs &&
      addresses(event, resourceId),
  )

/** The strictest limit that the running events set, in thousandths of the reference; 1000 = none. */
function limitPermille(view: ReporterView, programId: string, events: readonly UtilityEvent[], atMs: number): number {
  const program = view.programs.get(programId)
  const levels = (program && termsAt(program, atMs)?.levels) ?? []
  const inForce = events.flatMap(({ intervals }) => intervals.filter(({ startMs, endMs }) => startMs <= atMs && endMs > atMs))
  return Math.min(1000, ...inForce.flatMap((interval) => levels.find(({ level }) => level === interval.level)?.limitPermille ?? []))
}

/** A step is told by how things stand just before its end. */
async function statusesOf(job: Job, view: ReporterView, source: ReportSource): Promise<Map<string, readonly StatusStep[]>> {
  const found = new Map<string, readonly StatusStep[]>()
  if (job.what === 'event') return found
  for (const { point } of scopesOf(job, (measure) => measure === 'status')) {
    const { programId, resourceId } = point
    const steps: StatusStep[] = []
    for (let startMs = job.fromMs; startMs < job.toMs; startMs += job.stepS * 1000) {
      const atMs = startMs + job.stepS * 1000 - 1
      const events = runningAt(view, point, atMs)
      const eventIds = events.map(({ eventId }) => eventId)
      const counts = await source.statusCounts({ programId, resourceId, atMs, sinceMs: atMs - RECENTLY_MS, eventIds })
      steps.push({ ...counts, startMs, limitPermille: limitPermille(view, programId, events, atMs) })
    }
    found.set(scopeKey(point), steps)
  }
  return found
}

export async function gather(job: Job, view: ReporterView, source: ReportSource): Promise<Rows> {
  const results = new Map<string, ResultSums[]>()
  const asked = scopesOf(job, (measure) => job.what === 'event' || isResult(measure))
  for (const { eventId, programId } of eventsOf(job, view))
    for (const { point } of asked.filter((one) => one.point.programId === programId)) {
      const sums = await source.resultSums({ eventId, resourceId: point.resourceId })
      results.set(scopeKey(point), [...(results.get(scopeKey(point)) ?? []), sums])
    }
  return { intervals: await intervalsOf(job, source), results, statuses: await statusesOf(job, view, source) }
}
