/** Decides what a VEN does next: reports that are due, then the poll. */
import type { Course, Move, Talk } from './course.ts'
import type { Knowledge } from './knowledge.ts'

/** Each sort of move has its own back-off, so that a refused report does not hold up a poll. */
export function nextMove(known: Knowledge, course: Course, nowMs: number): Move {
  const untilOf = (kind: Talk): number => course.trouble[kind]?.untilMs ?? 0
  const free = (kind: Talk): boolean => nowMs >= untilOf(kind)
  const [report] = known.reports.values()
  // Without one poll nothing is known of the events that reports belong to.
  if (report && course.shown && free('report')) return { kind: 'report', report }
  const pollMs = Math.max(course.nextPollMs, untilOf('poll'))
  if (nowMs >= pollMs) return { kind: 'poll', whole: !course.pages || nowMs >= course.nextWholeMs }
  return { kind: 'wait', untilMs: Math.min(pollMs, report && course.shown ? untilOf('report') : Number.POSITIVE_INFINITY) }
}
