/** Decides what a VEN does next: what it owes, then its place with the VTN, then answers, reports and the poll. */
import type { Scope } from '../../reporting/data-points.ts'
import { dueAnswers } from './answers.ts'
import type { Course, Move, Talk, Timing } from './course.ts'
import { type Knowledge, scopesOf } from './knowledge.ts'

const NEVER = Number.POSITIVE_INFINITY

export const scopesKey = (scopes: readonly Scope[]): string => JSON.stringify(scopes)

/** OpenADR 2.0b, oadrPoll: at most one poll per requested period; 10 s where the VTN names none. */
export function pollEveryMs(course: Course, timing: Timing): number {
  const asked = timing.pollMs ?? (course.pollS > 0 ? course.pollS * 1000 : 10_000)
  return Math.max(asked, timing.leastPollMs)
}

/** The steps without which nothing else is said, in their order (query, register, offer reports, ask for events). */
function entry(known: Knowledge, course: Course): Move | undefined {
  if (!course.queried) return { kind: 'query' }
  if (!course.registered) return { kind: 'register' }
  const scopes = scopesOf(known)
  if (course.offered === undefined || course.offered !== scopesKey(scopes))
    return { kind: 'offer', scopes, metadataFor: course.metadataFor }
  return course.synced ? undefined : { kind: 'sync' }
}

/** A report of a request that has ended is not sent any more. */
function reportMove(known: Knowledge): Move | undefined {
  for (const report of known.reports.values()) {
    const request = known.openRequests.get(report.reportRequestId)
    return request ? { kind: 'report', report, request } : { kind: 'discard', report }
  }
  return undefined
}

/** What may be said while registered; each sort has its own back-off, so that a refused report does not hold up a poll. */
function work(known: Knowledge, course: Course, nowMs: number, timing: Timing, free: (kind: Talk) => boolean): Move {
  const due = dueAnswers(known, course.carried, nowMs, timing.patienceMs)
  if (course.carried && due.answers.length > 0 && free('answer'))
    return { kind: 'answer', requestId: course.carried.requestId, answers: due.answers }
  const report = reportMove(known)
  if (report && (report.kind === 'discard' || free('report'))) return report
  const [opt] = known.opts.values()
  if (opt && free('opt')) return { kind: 'opt', opt }
  if (!timing.push && nowMs >= course.nextPollMs && free('poll')) return { kind: 'poll' }
  const waiting = [
    due.answers.length > 0 ? course.trouble.answer : undefined,
    report ? course.trouble.report : undefined,
    opt ? course.trouble.opt : undefined,
  ]
  const retries = waiting.map((trouble) => trouble?.untilMs ?? NEVER)
  const pollMs = timing.push ? NEVER : Math.max(course.nextPollMs, course.trouble.poll?.untilMs ?? 0)
  return { kind: 'wait', untilMs: Math.min(pollMs, due.againMs, ...retries) }
}

export function nextMove(known: Knowledge, course: Course, nowMs: number, timing: Timing): Move {
  const untilOf = (kind: Talk): number => course.trouble[kind]?.untilMs ?? 0
  const free = (kind: Talk): boolean => nowMs >= untilOf(kind)
  const [owed] = course.owed
  if (owed) return free('reply') ? { kind: 'reply', owed } : { kind: 'wait', untilMs: untilOf('reply') }
  if (course.left || (course.leaving && !known.registration)) return { kind: 'wait', untilMs: NEVER }
  if (course.leaving && known.registration)
    return free('leave')
      ? { kind: 'leave', registrationId: known.registration.registrationId }
      : { kind: 'wait', untilMs: untilOf('leave') }
  const step = entry(known, course)
  if (step && step.kind !== 'wait' && step.kind !== 'discard' && step.kind !== 'pushed' && free(step.kind)) return step
  // Without a registration nothing else makes sense; an offer that the VTN does not take must not keep us from polling.
  if (step && (step.kind === 'query' || step.kind === 'register')) return { kind: 'wait', untilMs: untilOf(step.kind) }
  const next = work(known, course, nowMs, timing, free)
  if (!step || next.kind !== 'wait' || (step.kind !== 'offer' && step.kind !== 'sync')) return next
  return { kind: 'wait', untilMs: Math.min(next.untilMs, untilOf(step.kind)) }
}
