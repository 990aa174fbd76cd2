/** Starts the reporter: makes the reports that VTNs asked for as they fall due; VEN sessions send them. */
import type { Logger } from 'pino'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Following, LogReader, LogWriter } from '../../processors/runtime/log.ts'
import { programsView, utilityEvents, utilityReports, utilitySessions } from '../../topics/catalogue.ts'
import { followEach, interest } from '../follow-each.ts'
import { appendDurably } from '../retry/append-durably.ts'
import { backoffMs } from '../retry/backoff.ts'
import { createPause, type Pause } from '../retry/pause.ts'
import { buildReport, reportIdOf } from './build.ts'
import { gather } from './gather.ts'
import { dueJobs, type Job } from './plan.ts'
import type { ReportSource } from './source.ts'
import { createView, learnEvent, learnFact, learnProgram, learnReport, type ReporterView } from './view.ts'

export interface ReporterOptions {
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly source: ReportSource
  readonly clock: Clock
  readonly log: Logger
  /** Real ms between two looks at what is due; default 1,000. */
  readonly everyMs?: number
  /** Real ms that loading takes after an interval is closed; default 3,000. */
  readonly marginMs?: number
}

export interface Reporter {
  stop(): Promise<void>
}

/** What was last seen of the results of an event, for one request: a report is made when two looks in a row see the same. */
interface Look {
  readonly reportId: string
  readonly atMs: number
}

interface Reporting extends Required<ReporterOptions> {
  readonly view: ReporterView
  readonly looks: Map<string, Look>
  /** Periods without anything to say, so that they are not asked for again. */
  readonly empty: Set<string>
  readonly pause: Pause
}

/** Results arrive unit by unit; what stays the same from one look to the next is taken as settled for now. */
function settledSince(job: Job, reportId: string, { looks, clock }: Reporting): boolean {
  const key = reportIdOf(job)
  const before = looks.get(key)
  looks.set(key, { reportId, atMs: clock.nowMs() })
  return before?.reportId === reportId
}

function isTimely(job: Job, { view, looks, empty, clock }: Reporting): boolean {
  const key = reportIdOf(job)
  if (job.what === 'period') return !view.made.has(key) && !empty.has(key)
  const look = looks.get(key)
  return !look || clock.nowMs() >= look.atMs + job.request.reportBackS * 1000
}

async function makeReport(job: Job, reporting: Reporting): Promise<void> {
  const { view, source, clock, empty, log } = reporting
  const report = buildReport(job, await gather(job, view, source))
  if (!report) {
    if (job.what === 'period') empty.add(reportIdOf(job))
    return
  }
  const settled = job.what === 'period' || settledSince(job, report.reportId, reporting)
  if (!settled || view.made.has(report.reportId)) return
  await appendDurably(utilityReports, report, { timestampMs: clock.nowMs() }, reporting)
  learnReport(view, report)
  const { reportId, vtnId, reportName, eventId } = report
  log.info({ reportId, vtnId, reportName, eventId, steps: report.points[0]?.values.length }, 'report made')
}

const followAll = ({ view, reader, pause }: Reporting): Promise<Following> =>
  followEach(
    reader,
    [
      interest(programsView, (program) => learnProgram(view, program)),
      interest(utilityEvents, (event) => learnEvent(view, event)),
      interest(utilityReports, (report) => learnReport(view, report)),
      interest(utilitySessions, (fact) => learnFact(view, fact)),
    ],
    (topics) => {
      if (topics.has(utilitySessions.name)) pause.wake()
    },
  )

async function makeDueReports(reporting: Reporting): Promise<void> {
  const { view, clock, pause, everyMs, marginMs } = reporting
  for (const job of dueJobs(view, clock.nowMs(), marginMs * clock.rate))
    if (!pause.stopped() && isTimely(job, reporting)) await makeReport(job, reporting)
  await pause.forRealMs(everyMs)
}

async function runReporter(reporting: Reporting): Promise<void> {
  const { log, pause, everyMs } = reporting
  let following: Following | undefined
  for (let failures = 0; !pause.stopped(); ) {
    try {
      following ??= await followAll(reporting)
      await makeDueReports(reporting)
      failures = 0
    } catch (error) {
      failures += 1
      log.warn({ err: error, failures }, 'a report could not be made; trying again')
      await pause.forRealMs(backoffMs('reporter', failures, { firstMs: everyMs, capMs: 60_000 }))
    }
  }
  await following?.stop()
}

export function startReporter(options: ReporterOptions): Reporter {
  const pause = createPause()
  const defaults = { everyMs: 1_000, marginMs: 3_000 }
  const running = runReporter({ ...defaults, ...options, view: createView(), looks: new Map(), empty: new Set(), pause })
  return {
    async stop() {
      pause.stop()
      await running
    },
  }
}
