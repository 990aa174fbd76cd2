/** Runs the talk with one VTN: takes the next move, says it, records what comes back, and acts on it, one message at a time. */
import type { Logger } from 'pino'
import type { Clock } from '../../../processors/runtime/clock.ts'
import { realMsUntil } from '../../../processors/runtime/clock.ts'
import type { Following, LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import { utilityOpts, utilityReports, utilitySessions } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { appendDurably } from '../../retry/append-durably.ts'
import type { Pause } from '../../retry/pause.ts'
import { untilDone } from '../../retry/until-done.ts'
import type { Exchange } from '../exchange.ts'
import type { VenInstruments } from '../instruments.ts'
import type { Seal } from '../signature/seal.ts'
import { attend } from './attend.ts'
import { compose } from './compose.ts'
import { type Course, freshCourse, type Move, type Timing } from './course.ts'
import { createKnowledge, type Knowledge, learnFact, learnOpt, learnReport } from './knowledge.ts'
import { listen } from './listen.ts'
import { nextMove } from './next-move.ts'
import { triedReport } from './on-report.ts'
import { react, type Spoken } from './react.ts'
import type { Reaction } from './reaction.ts'
import { recall } from './recall.ts'

export interface SessionDeps {
  readonly vtnId: string
  readonly venName: string
  /** Where the VTN pushes to; undefined = it is polled. */
  readonly transportAddress?: string | undefined
  readonly seal?: Seal | undefined
  readonly instruments: VenInstruments
  readonly exchange: Exchange
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  readonly log: Logger
  readonly pause: Pause
  readonly timing: Timing
}

/** What a session has in memory; `said` counts messages. */
export interface Session {
  readonly known: Knowledge
  course: Course
  ready: boolean
  said: number
  /** Settles when nothing is being decided or recorded; the next one to decide waits for it. */
  turn: Promise<unknown>
}

export const createSession = (vtnId: string): Session => ({
  known: createKnowledge(vtnId),
  course: freshCourse,
  ready: false,
  said: 0,
  turn: Promise.resolve(),
})

/** Lets what is said and what is pushed decide one after the other, each on what the one before has settled. */
export function inTurn<T>(session: Session, run: () => Promise<T>): Promise<T> {
  const result = session.turn.then(run)
  session.turn = result.catch(() => undefined)
  return result
}

/** All at once, since an answer may settle 10,000 events; what one reaction settles does not depend on the order within it. */
export async function settle({ known }: Session, { facts, reports, opts }: Omit<Reaction, 'course'>, deps: SessionDeps): Promise<void> {
  const nowMs = deps.clock.nowMs()
  await Promise.all([
    ...facts.map((fact) => appendDurably(utilitySessions, fact, { timestampMs: fact.atMs }, deps)),
    ...reports.map((report) => appendDurably(utilityReports, report, { timestampMs: nowMs }, deps)),
    ...opts.map((opt) => appendDurably(utilityOpts, opt, { timestampMs: nowMs }, deps)),
  ])
  for (const fact of facts) learnFact(known, fact)
  for (const report of reports) learnReport(known, report)
  for (const opt of opts) learnOpt(known, opt)
  const kinds = new Set(facts.map(({ kind }) => kind))
  if (kinds.size > 0) deps.log.info({ vtnId: deps.vtnId, facts: [...kinds], count: facts.length }, 'settled with the VTN')
}

async function speak(session: Session, move: Spoken, deps: SessionDeps): Promise<void> {
  const { clock, timing, log, vtnId, venName, transportAddress, seal, instruments } = deps
  session.said += 1
  const requestID = hashId(vtnId, venName, clock.nowMs(), session.said)
  const outgoing = compose(move, session.known, {
    venName,
    requestID,
    nowMs: clock.nowMs(),
    transportAddress,
    xmlSignature: seal !== undefined,
  })
  const heard = await listen(outgoing, deps)
  const before = session.course.trouble[move.kind]
  await inTurn(session, async () => {
    const decided = react(session.known, session.course, move, heard, clock.nowMs(), timing)
    session.course = decided.course
    await settle(session, decided, deps)
  })
  instruments.registered(vtnId, session.course.registered)
  const trouble = session.course.trouble[move.kind]
  if (trouble && trouble !== before)
    log.warn({ vtnId, move: move.kind, ...trouble }, 'the VTN did not take or give what was needed; trying again')
}

async function perform(session: Session, move: Move, deps: SessionDeps): Promise<void> {
  if (move.kind === 'wait') return deps.pause.forRealMs(realMsUntil(deps.clock, move.untilMs))
  if (move.kind === 'discard') {
    const report = triedReport(move.report, 'refused', 'the VTN ended the request before this report was sent')
    return inTurn(session, () => settle(session, { facts: [], reports: [report], opts: [] }, deps))
  }
  return move.kind === 'pushed' ? undefined : speak(session, move, deps)
}

/** Settles when the session was stopped. */
export async function runSession(session: Session, deps: SessionDeps): Promise<void> {
  let attending: Following | undefined
  const prepare = async (): Promise<void> => {
    attending ??= await attend(session.known, deps.reader, deps.pause.wake)
    const facts = await recall(session.known, deps.reader, deps.clock.nowMs(), deps.seal)
    await settle(session, { facts, reports: [], opts: [] }, deps)
    session.ready = true
  }
  await untilDone('reading the log', prepare, deps)
  while (!deps.pause.stopped()) {
    const step = () => perform(session, nextMove(session.known, session.course, deps.clock.nowMs(), deps.timing), deps)
    await untilDone('a step', step, deps)
  }
  await attending?.stop()
}
