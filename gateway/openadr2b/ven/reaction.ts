/** What an answer of the VTN comes to: where the talk stands now, and what has to be recorded. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { PartyRegistration, SessionFact, UtilityReport } from '../../../schemas/utility.ts'
import { backoffMs } from '../../retry/backoff.ts'
import type { EiResponse } from '../types/response.ts'
import type { Course, Move, Talk, Timing } from './course.ts'
import type { Knowledge } from './knowledge.ts'

export interface Reaction {
  readonly course: Course
  readonly facts: readonly SessionFact[]
  readonly reports: readonly UtilityReport[]
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

export const only = (course: Course, facts: readonly SessionFact[] = [], reports: readonly UtilityReport[] = []): Reaction => ({
  course,
  facts,
  reports,
})

/** Puts off the sort of move that failed. */
export function troubled(course: Course, kind: Talk, detail: string, scene: Pick<Scene, 'known' | 'nowMs' | 'timing'>): Course {
  const { known, nowMs, timing } = scene
  const failures = (course.trouble[kind]?.failures ?? 0) + 1
  const delayMs = backoffMs(`${known.vtnId} ${kind}`, failures, { firstMs: timing.firstBackoffMs, capMs: timing.capBackoffMs })
  return { ...course, trouble: { ...course.trouble, [kind]: { failures, untilMs: nowMs + delayMs, detail } } }
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
