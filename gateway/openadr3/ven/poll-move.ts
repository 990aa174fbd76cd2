/** Makes the move "poll": looks, records what was seen before it is understood, and takes from it what a VEN has to do. */

import { untroubled } from '../../retry/trouble.ts'
import { decodeParts, type Shown } from '../decode.ts'
import { stateReports } from '../reports/operating-state.ts'
import { planReports } from '../reports/plan.ts'
import { rootOf } from '../wire/client.ts'
import { WireFault } from '../wire-fault.ts'
import type { Move, Pages } from './course.ts'
import { wantedResources } from './knowledge.ts'
import { look } from './look.ts'
import type { Unusable } from './pages.ts'
import { partyChanges } from './party.ts'
import { recordOdd, recordPoll } from './record.ts'
import { registrationFacts } from './registration.ts'
import { putOff, recordReport, reportFact, type Session, type SessionDeps, settle } from './talk.ts'

async function onUnusable(session: Session, looked: Unusable, deps: SessionDeps): Promise<void> {
  if (looked.status === 200) deps.instruments.asked(deps.vtnId, rootOf(looked.path), 'unreadable')
  session.course = await recordOdd(session.course, looked, deps)
  // What was known of programs and of ourselves may be what is wrong.
  session.course = { ...session.course, nextWholeMs: 0 }
  putOff(session, 'poll', looked, deps)
}

function decodeShown({ programs, vens, resources, events }: Pages): Shown | { readonly fault: string } {
  try {
    return decodeParts([...programs, ...vens, ...resources, ...events])
  } catch (error) {
    if (error instanceof WireFault) return { fault: error.message }
    throw error
  }
}

async function askForReports(session: Session, shown: Shown, deps: SessionDeps): Promise<void> {
  const { asked, refused, ended } = planReports(session.known, shown, deps.revision, deps.clock.nowMs())
  await settle(session, [...asked.map((one) => reportFact('reportAsked', one, deps))], deps)
  await settle(session, [...ended.map((one) => reportFact('reportEnded', one, deps))], deps)
  for (const report of stateReports(session.known)) await recordReport(session, report, deps)
  for (const report of refused) {
    await recordReport(session, report, deps)
    const { reportRequestId, detail } = report
    deps.log.warn({ vtnId: deps.vtnId, report: reportRequestId, reason: detail }, 'a report that is asked for cannot be given')
  }
}

function compareParty({ known, course }: Session, shown: Shown, { revision, clock }: SessionDeps) {
  const wanted = wantedResources(known, clock.nowMs())
  const party = wanted ? partyChanges({ shown, revision, wanted }) : []
  return { ...course, party, partyMade: party.length === 0 ? undefined : course.partyMade }
}

export async function poll(session: Session, { whole }: Extract<Move, { kind: 'poll' }>, deps: SessionDeps): Promise<void> {
  const { clock, timing, vtnId } = deps
  const polledMs = clock.nowMs()
  const paced = { polledMs, nextPollMs: polledMs + timing.pollMs, ...(whole ? { nextWholeMs: polledMs + timing.wholeMs } : {}) }
  session.course = { ...session.course, ...paced }
  const looked = await look({ whole, course: session.course, programs: [...session.known.programs.values()] }, deps)
  if (looked.kind === 'unusable') return onUnusable(session, looked, deps)
  const { pages, asksActive } = looked
  const { recorded, signal } = await recordPoll(session.course.recorded, pages, deps)
  // A hint that came while the poll was under way stands.
  session.course = { ...session.course, pages, asksActive, recorded, oddHash: undefined }
  const { shown: before, shownHash } = session.course
  const shown = before && shownHash === recorded.hash ? before : decodeShown(pages)
  if ('fault' in shown) return putOff(session, 'poll', { detail: shown.fault, retryMs: 0 }, deps)
  session.course = untroubled({ ...session.course, shown, shownHash: recorded.hash }, 'poll')
  session.polls += 1
  deps.instruments.polled(vtnId, polledMs, signal !== null)
  await settle(session, registrationFacts(session.known, shown, { vtnId, signal, atMs: clock.nowMs() }), deps)
  session.course = compareParty(session, shown, deps)
  await askForReports(session, shown, deps)
}
