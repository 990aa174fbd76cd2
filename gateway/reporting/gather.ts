/** Fetches the rows that a report needs. */
import type { UtilityEvent } from '../../schemas/utility.ts'
import type { Rows } from './build.ts'
import type { Job } from './plan.ts'
import type { ReportSource, ResultSums, StepSum } from './source.ts'
import type { ReporterView } from './view.ts'

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

export async function gather(job: Job, view: ReporterView, source: ReportSource): Promise<Rows> {
  const results = new Map<string, ResultSums[]>()
  for (const { eventId, programId } of eventsOf(job, view)) {
    const sums = await source.resultSums(eventId)
    results.set(programId, [...(results.get(programId) ?? []), sums])
  }
  return { intervals: await intervalsOf(job, source), results }
}
