/** Decides what a VEN does next: reports that are due, its own objects, subscriptions, then the poll. */
import type { Course, Move, Talk } from './course.ts'
import { hearingKey } from './hear-move.ts'
import type { Knowledge } from './knowledge.ts'

/** Which hints are wanted besides the poll. */
export interface Wants {
  readonly subscribing: boolean
  readonly hearing: boolean
}

const NEVER = Number.POSITIVE_INFINITY

/** What can be done besides polling, the most urgent first. Without one poll nothing is known of what it belongs to. */
function works(known: Knowledge, { shown, party, subscribed, heard }: Course, wants: Wants): readonly Exclude<Move, { kind: 'wait' }>[] {
  if (!shown) return []
  const [report] = known.reports.values()
  const names = new Set([...known.programs.values()].map(({ programName }) => programName))
  const programIDs = shown.programs.flatMap(({ id, programName }) => (names.has(programName) ? [id] : []))
  return [
    ...(report ? [{ kind: 'report', report } as const] : []),
    ...(party.length > 0 ? [{ kind: 'party', changes: party } as const] : []),
    ...(wants.subscribing && subscribed !== programIDs.join(' ') ? [{ kind: 'subscribe', programIDs } as const] : []),
    ...(wants.hearing && heard !== hearingKey(programIDs, known.venId) ? [{ kind: 'hear', programIDs } as const] : []),
  ]
}

/** Each sort of move has its own back-off, so that a refused report does not hold up a poll. */
export function nextMove(known: Knowledge, course: Course, nowMs: number, wants: Wants): Move {
  const untilOf = (kind: Talk): number => course.trouble[kind]?.untilMs ?? 0
  const open = works(known, course, wants)
  const free = open.find(({ kind }) => nowMs >= untilOf(kind))
  if (free) return free
  const pollMs = Math.max(course.nextPollMs, untilOf('poll'))
  if (nowMs >= pollMs) return { kind: 'poll', whole: !course.pages || nowMs >= course.nextWholeMs }
  return { kind: 'wait', untilMs: Math.min(pollMs, ...open.map(({ kind }) => untilOf(kind)), NEVER) }
}
