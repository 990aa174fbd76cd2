/** What an answer of the VTN comes to: where the talk stands now, and what has to be recorded. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { PartyRegistration, SessionFact, UtilityOpt, UtilityReport } from '../../../schemas/utility.ts'
import { backoffMs } from '../../retry/backoff.ts'
import type { EiResponse } from '../types/response.ts'
import type { Course, Move, Talk, Timing } from './course.ts'
import type { Knowledge } from './knowledge.ts'

export interface Reaction {
  readonly course: Course
  readonly facts: readonly SessionFact[]
  readonly reports: readonly UtilityReport[]
  readonly opts: readonly UtilityOpt[]
}

/** What a reaction is decided from. */
export interface Scene<M extends Move = Move> {
  readonly known: Knowledge
  readonly course: Course
  readonly move: M
  readonly signal: LogPosition
  readonly nowMs: number
  readonly timing: Timing
}

export const only = (
  course: Course,
  facts: readonly SessionFact[] = [],
  reports: readonly UtilityReport[] = [],
  opts: readonly UtilityOpt[] = [],
): Reaction => ({ course, facts, reports, opts })

/** A VTN that asks to be left alone is heard, but not for longer than this: an hour of Drover's time. */
const LONGEST_REST_MS = 3_600_000

/** Puts off the sort of move that failed, at least for as long as the VTN asks for. */
export function troubled(
  course: Course,
  kind: Talk,
  detail: string,
  scene: Pick<Scene, 'known' | 'nowMs' | 'timing'> & { readonly retryAfterMs?: number | undefined },
): Course {
  const { known, nowMs, timing } = scene
  const failures = (course.trouble[kind]?.failures ?? 0) + 1
  const delayMs = backoffMs(`${known.vtnId} ${kind}`, failures, { firstMs: timing.firstBackoffMs, capMs: timing.capBackoffMs })
  const untilMs = nowMs + Math.max(delayMs, Math.min(scene.retryAfterMs ?? 0, LONGEST_REST_MS))
  return { ...course, trouble: { ...course.trouble, [kind]: { failures, untilMs, detail } } }
}

export function untroubled(course: Course, kind: Talk): Course {
  const { [kind]: _, ...trouble } = course.trouble
  return { ...course, trouble }
}

/** True for 2xx. */
export const taken = (response: EiResponse): boolean => response.responseCode.startsWith('2')
/** True for 4xx: saying it again would not help. */
export const declined = (response: EiResponse): boolean => response.responseCode.startsWith('4')

/** 452 invalid id, 463 not registered: the VTN does not know us any more. */
export const unknownParty = ({ responseCode }: EiResponse): boolean => responseCode === '452' || responseCode === '463'

export const inWords = ({ responseCode, responseDescription }: EiResponse): string =>
  responseDescription ? `${responseCode} ${responseDescription}` : responseCode

export const partyFact = (
  { known, signal, nowMs }: Pick<Scene, 'known' | 'signal' | 'nowMs'>,
  registration: PartyRegistration | null,
): SessionFact => ({
  vtnId: known.vtnId,
  kind: registration ? 'registered' : 'unregistered',
  atMs: nowMs,
  signal,
  registration,
  answer: null,
  report: null,
})
