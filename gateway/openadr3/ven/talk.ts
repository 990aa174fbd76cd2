/** What the talk with one VTN has in memory, and the few ways in which it changes. */
import type { LogReader } from '../../../processors/runtime/log.ts'
import type { ReportAsked, SessionFact, UtilityReport } from '../../../schemas/utility.ts'
import { utilityReports, utilitySessions } from '../../../topics/catalogue.ts'
import { appendDurably } from '../../retry/append-durably.ts'
import { type Failure, troubled } from '../../retry/trouble.ts'
import type { VenInstruments } from '../instruments.ts'
import type { Listening } from '../mqtt.ts'
import type { Client } from '../wire/client.ts'
import { type Course, freshCourse, type Talk, type Timing } from './course.ts'
import type { Hear } from './hear-move.ts'
import { createKnowledge, type Knowledge, learnFact, learnReport } from './knowledge.ts'
import type { RecordDeps } from './record.ts'

/** Where a VTN may call us, and the token that it has to show there. */
export interface Callback {
  readonly url: string
  readonly token: string
}

export interface SessionDeps extends RecordDeps {
  readonly venName: string
  readonly client: Client
  readonly reader: LogReader
  readonly timing: Timing
  readonly instruments: VenInstruments
  /** undefined: nothing is subscribed. */
  readonly callback: Callback | undefined
  /** undefined: nothing is listened to. */
  readonly hear: Hear | undefined
}

/** `polls` counts those that came back whole. */
export interface Session {
  readonly known: Knowledge
  course: Course
  ready: boolean
  polls: number
  listening: Listening | undefined
}

export const createSession = (vtnId: string): Session => ({
  known: createKnowledge(vtnId),
  course: freshCourse,
  ready: false,
  polls: 0,
  listening: undefined,
})

/** The next poll comes at once, but for the least time between two, and reads everything. */
export function hint(session: Session, { leastPollMs }: Pick<Timing, 'leastPollMs'>): void {
  const { course } = session
  session.course = { ...course, nextPollMs: Math.min(course.nextPollMs, course.polledMs + leastPollMs), nextWholeMs: 0 }
}

/** Facts are on the log before they count. */
export async function settle({ known }: Session, facts: readonly SessionFact[], deps: SessionDeps): Promise<void> {
  for (const fact of facts) {
    await appendDurably(utilitySessions, fact, { timestampMs: fact.atMs }, deps)
    learnFact(known, fact)
    deps.log.info({ vtnId: deps.vtnId, fact: fact.kind }, 'settled with the VTN')
  }
}

export const reportFact = (kind: 'reportAsked' | 'reportEnded', report: ReportAsked, { vtnId, clock }: SessionDeps): SessionFact => ({
  vtnId,
  kind,
  atMs: clock.nowMs(),
  signal: null,
  registration: null,
  answer: null,
  report,
})

export async function recordReport({ known }: Session, report: UtilityReport, deps: SessionDeps): Promise<void> {
  await appendDurably(utilityReports, report, { timestampMs: deps.clock.nowMs() }, deps)
  learnReport(known, report)
}

/** `retryMs` of the failure is in real ms. */
export function putOff(session: Session, kind: Talk, { detail, retryMs }: Failure, deps: SessionDeps): void {
  const { clock, timing, vtnId, log } = deps
  session.course = troubled(session.course, kind, { detail, retryMs: retryMs * clock.rate }, { vtnId, nowMs: clock.nowMs(), timing })
  log.warn({ vtnId, move: kind, ...session.course.trouble[kind] }, 'the VTN did not take or give what was needed; trying again')
}
