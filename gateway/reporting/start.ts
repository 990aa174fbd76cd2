/** Starts the reporter: makes the reports that VTNs asked for as they fall due; VEN sessions send them. */
import type { Logger } from 'pino'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Following, LogReader, LogWriter } from '../../processors/runtime/log.ts'
import { programsView, utilityEvents, utilityReports, utilitySessions } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'
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

async function followAll({ view, reader, pause }: Reporting): Promise<readonly Following[]> {
  const follow = <T>(topic: Topic<T>, learn: (view: ReporterView, value: T) => void): Promise<Following> =>
    reader.follow([topic], 'beginning', (records) => {
      for (const { value } of records) if (value !== null) learn(view, value)
      if (topic.name === utilitySessions.name) pause.wake()
    })
  const followings = await Promise.all([
    follow(programsView, learnProgram),
    follow(utilityEvents, learnEvent),
    follow(utilityReports, learnReport),
    follow(utilitySessions, learnFact),
  ])
  await Promise.all(followings.map(({ caughtUp }) => caughtUp))
  return followings
}

async function runReporter(reporting: Reporting): Promise<void> {
  const { view, clock, log, pause, everyMs, marginMs } = reporting
  const followings = await followAll(reporting)
  for (let failures = 0; !pause.stopped(); ) {
    try {
      for (const job of dueJobs(view, clock.nowMs(), marginMs * clock.rate))
        if (!pause.stopped() && isTimely(job, reporting)) await makeReport(job, reporting)
      failures = 0
      await pause.forRealMs(everyMs)
    } catch (error) {
      if (pause.stopped()) break
      failures += 1
      log.warn({ err: error, failures }, 'a report could not be made; trying again')
      await pause.forRealMs(backoffMs('reporter', failures, { firstMs: everyMs, capMs: 60_000 }))
    }
  }
  await Promise.all(followings.map((following) => following.stop()))
}

export function startReporter(options: ReporterOptions): Reporter {
  const pause = createPause()
  const defaults = { everyMs: 1_000, marginMs: 3_000 }
  const running = runReporter({ ...defaults, ...options, view: createView(), looks: new Map(), empty: new Set(), pause })
  running.catch((error: unknown) => options.log.error({ err: error }, 'the reporter could not read the log and has stopped'))
  return {
    async stop() {
      pause.stop()
      await running.catch(() => {})
    },
  }
}
