/** Fetches the rows that a report needs. */

import { termsAt } from '../../processors/terms/terms-at.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import type { Rows, StatusStep } from './build.ts'
import type { Job } from './plan.ts'
import type { ReportSource, ResultSums, StepSum } from './source.ts'
import type { ReporterView } from './view.ts'

/** A device of a protocol without connections is online while it delivers values: two quarters of an hour may be late. */
const RECENTLY_MS = 1_800_000

/** Events whose results a report tells: its own, or those that run in its period. */
function eventsOf(job: Job, view: ReporterView): readonly UtilityEvent[] {
  if (job.what === 'event') return [job.event]
  const programIds = new Set(job.asked.filter(({ point }) => point.measure !== 'usage').map(({ point }) => point.programId))
  return [...view.events.values()].filter(
    ({ kind, programId, startMs, endMs }) => kind === 'event' && programIds.has(programId) && startMs < job.toMs && endMs > job.fromMs,
  )
}

async function intervalsOf(job: Job, source: ReportSource): Promise<Map<string, readonly StepSum[]>> {
  const found = new Map<string, readonly StepSum[]>()
  if (job.what === 'event') return found
  const { fromMs, toMs, stepS } = job
  for (const { point, terms } of job.asked.filter(({ point }) => point.measure === 'usage'))
    found.set(point.programId, await source.intervalSums({ programId: point.programId, fromMs, toMs, stepS, dataSource: terms.dataSource }))
  return found
}

/** Events of a program that run at an instant; drills move nothing. */
const runningAt = (view: ReporterView, programId: string, atMs: number): readonly UtilityEvent[] =>
  [...view.events.values()].filter(
    (event) =>
      event.kind === 'event' && event.test !== 'drill' && event.programId === programId && event.startMs <= atMs && event.endMs > atMs,
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
  for (const { programId } of job.asked.filter(({ point }) => point.measure === 'status').map(({ point }) => point)) {
    const steps: StatusStep[] = []
    for (let startMs = job.fromMs; startMs < job.toMs; startMs += job.stepS * 1000) {
      const atMs = startMs + job.stepS * 1000 - 1
      const events = runningAt(view, programId, atMs)
      const eventIds = events.map(({ eventId }) => eventId)
      const counts = await source.statusCounts({ programId, atMs, sinceMs: atMs - RECENTLY_MS, eventIds })
      steps.push({ ...counts, startMs, limitPermille: limitPermille(view, programId, events, atMs) })
    }
    found.set(programId, steps)
  }
  return found
}

export async function gather(job: Job, view: ReporterView, source: ReportSource): Promise<Rows> {
  const results = new Map<string, ResultSums[]>()
  for (const { eventId, programId } of eventsOf(job, view)) {
    const sums = await source.resultSums(eventId)
    results.set(programId, [...(results.get(programId) ?? []), sums])
  }
  return { intervals: await intervalsOf(job, source), results, statuses: await statusesOf(job, view, source) }
}
