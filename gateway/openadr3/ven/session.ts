/** Runs the talk with one VTN: takes the next move, makes it, records what comes back, and acts on it, one after the other. */
import { realMsUntil } from '../../../processors/runtime/clock.ts'
import type { Following, LogReader } from '../../../processors/runtime/log.ts'
import type { ReportAsked, SessionFact, UtilityReport } from '../../../schemas/utility.ts'
import { programsView, utilityReports, utilitySessions } from '../../../topics/catalogue.ts'
import { appendDurably } from '../../retry/append-durably.ts'
import { backoffMs } from '../../retry/backoff.ts'
import { decodeParts, type Shown } from '../decode.ts'
import { planReports } from '../reports/plan.ts'
import type { Client } from '../wire/client.ts'
import { WireFault } from '../wire-fault.ts'
import { attend } from './attend.ts'
import { type Course, freshCourse, type Move, type Pages, type Talk, type Timing } from './course.ts'
import { createKnowledge, type Knowledge, learnFact, learnReport } from './knowledge.ts'
import { look } from './look.ts'
import { nextMove } from './next-move.ts'
import type { Unusable } from './pages.ts'
import { recall } from './recall.ts'
import { type RecordDeps, recordOdd, recordPoll } from './record.ts'
import { registrationFacts } from './registration.ts'
import { bring } from './report-move.ts'
import { troubled, untroubled } from './trouble.ts'

export interface SessionDeps extends RecordDeps {
  readonly venName: string
  readonly client: Client
  readonly reader: LogReader
  readonly timing: Timing
}

/** What a session has in memory; `polls` counts those that came back whole. */
export interface Session {
  readonly known: Knowledge
  course: Course
  ready: boolean
  polls: number
}

export const createSession = (vtnId: string): Session => ({ known: createKnowledge(vtnId), course: freshCourse, ready: false, polls: 0 })

/** The next poll comes at once, and reads everything. */
export function hint(session: Session): void {
  session.course = { ...session.course, nextPollMs: 0, nextWholeMs: 0 }
}

const reportFact = (kind: 'reportAsked' | 'reportEnded', report: ReportAsked, { vtnId, clock }: SessionDeps): SessionFact => ({
  vtnId,
  kind,
  atMs: clock.nowMs(),
  signal: null,
  registration: null,
  answer: null,
  report,
})

async function recordReport({ known }: Session, report: UtilityReport, deps: SessionDeps): Promise<void> {
  await appendDurably(utilityReports, report, { timestampMs: deps.clock.nowMs() }, deps)
  learnReport(known, report)
}

async function settle({ known }: Session, facts: readonly SessionFact[], deps: SessionDeps): Promise<void> {
  for (const fact of facts) {
    await appendDurably(utilitySessions, fact, { timestampMs: fact.atMs }, deps)
    learnFact(known, fact)
    deps.log.info({ vtnId: deps.vtnId, fact: fact.kind }, 'settled with the VTN')
  }
}

function putOff(session: Session, kind: Talk, detail: string, retryMs: number, deps: SessionDeps): void {
  const { clock, timing, vtnId, log } = deps
  session.course = troubled(session.course, kind, { detail, retryMs: retryMs * clock.rate }, { vtnId, nowMs: clock.nowMs(), timing })
  log.warn({ vtnId, move: kind, ...session.course.trouble[kind] }, 'the VTN did not take or give what was needed; trying again')
}

async function onUnusable(session: Session, looked: Unusable, deps: SessionDeps): Promise<void> {
  session.course = await recordOdd(session.course, looked, deps)
  // What was known of programs and of ourselves may be what is wrong.
  session.course = { ...session.course, nextWholeMs: 0 }
  putOff(session, 'poll', looked.detail, looked.retryMs, deps)
}

function decodeShown({ programs, vens, resources, events }: Pages): Shown | { readonly fault: string } {
  try {
    return decodeParts([...programs, ...vens, ...resources, ...events])
  } catch (error) {
    if (error instanceof WireFault) return { fault: error.message }
    throw error
  }
}

async function poll(session: Session, { whole }: Extract<Move, { kind: 'poll' }>, deps: SessionDeps): Promise<void> {
  const { clock, timing, vtnId } = deps
  const startedMs = clock.nowMs()
  const paced = { nextPollMs: startedMs + timing.pollMs, ...(whole ? { nextWholeMs: startedMs + timing.wholeMs } : {}) }
  session.course = { ...session.course, ...paced }
  const looked = await look({ whole, course: session.course, programs: [...session.known.programs.values()] }, deps)
  if (looked.kind === 'unusable') return onUnusable(session, looked, deps)
  const { pages, asksActive } = looked
  const { recorded, signal } = await recordPoll(session.course.recorded, pages, deps)
  // Only then is it understood; a hint that came while it was under way stands.
  session.course = { ...session.course, pages, asksActive, recorded, oddHash: undefined }
  const shown = decodeShown(pages)
  if ('fault' in shown) return putOff(session, 'poll', shown.fault, 0, deps)
  session.course = untroubled({ ...session.course, shown }, 'poll')
  session.polls += 1
  await settle(session, registrationFacts(session.known, shown, { vtnId, signal, atMs: clock.nowMs() }), deps)
  await askForReports(session, shown, deps)
}

async function askForReports(session: Session, shown: Shown, deps: SessionDeps): Promise<void> {
  const { asked, refused, ended } = planReports(session.known, shown, deps.revision, deps.clock.nowMs())
  await settle(
    session,
    [...asked.map((one) => reportFact('reportAsked', one, deps)), ...ended.map((one) => reportFact('reportEnded', one, deps))],
    deps,
  )
  for (const report of refused) {
    await recordReport(session, report, deps)
    deps.log.warn(
      { vtnId: deps.vtnId, report: report.reportRequestId, reason: report.detail },
      'a report that is asked for cannot be given',
    )
  }
}

async function send(session: Session, report: UtilityReport, deps: SessionDeps): Promise<void> {
  const { known, course } = session
  if (!course.shown) return
  const request = known.openRequests.get(report.reportRequestId)
  const delivered = await bring(report, request, course.shown, deps, deps.clock.nowMs())
  const status = delivered.kind === 'again' ? 'sent' : delivered.kind
  await recordReport(session, { ...report, status, attempt: report.attempt + 1, detail: delivered.detail }, deps)
  if (delivered.kind === 'again') return putOff(session, 'report', delivered.detail, delivered.retryMs, deps)
  session.course = untroubled(session.course, 'report')
  // Results may be restated; everything else is told once.
  if (request && request.reportBackS === 0) await settle(session, [reportFact('reportEnded', request, deps)], deps)
}

async function perform(session: Session, move: Move, deps: SessionDeps): Promise<void> {
  switch (move.kind) {
    case 'wait':
      return deps.pause.forRealMs(realMsUntil(deps.clock, move.untilMs))
    case 'poll':
      return poll(session, move, deps)
    case 'report':
      return send(session, move.report, deps)
  }
}

/** A fault here is ours, not the VTN's: it is logged, and the session goes on. */
async function untilDone(what: string, run: () => Promise<void>, { pause, log, vtnId }: SessionDeps): Promise<void> {
  for (let failures = 1; !pause.stopped(); failures++) {
    try {
      return await run()
    } catch (error) {
      if (pause.stopped()) return
      log.error({ vtnId, err: error }, `${what} failed; trying again`)
      await pause.forRealMs(backoffMs(`${vtnId} ${what}`, failures, { firstMs: 500, capMs: 30_000 }))
    }
  }
}

/** Settles when the session was stopped. */
export async function runSession(session: Session, deps: SessionDeps): Promise<void> {
  let attending: Following | undefined
  const onNews = (topics: ReadonlySet<string>): void => {
    if (topics.has(programsView.name)) hint(session)
    deps.pause.wake()
  }
  const prepare = async (): Promise<void> => {
    attending ??= await attend(session.known, deps.reader, onNews)
    session.course = { ...session.course, recorded: await recall(session.known, deps.reader, deps.clock.nowMs()) }
    session.ready = true
  }
  await untilDone('reading the log', prepare, deps)
  while (!deps.pause.stopped()) {
    const step = () => perform(session, nextMove(session.known, session.course, deps.clock.nowMs()), deps)
    await untilDone('a step', step, deps)
  }
  await attending?.stop()
}
