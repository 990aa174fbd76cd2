/** What an answer of the VTN comes to: where the talk stands now, and what has to be recorded. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { PartyRegistration, SessionFact, UtilityOpt, UtilityReport } from '../../../schemas/utility.ts'
import { troubled as putOff } from '../../retry/trouble.ts'
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

/** Puts off the sort of move that failed, at least for as long as the VTN asks for. */
export const troubled = (
  course: Course,
  kind: Talk,
  detail: string,
  { known, nowMs, timing, retryAfterMs = 0 }: Pick<Scene, 'known' | 'nowMs' | 'timing'> & { readonly retryAfterMs?: number | undefined },
): Course => putOff(course, kind, { detail, retryMs: retryAfterMs }, { vtnId: known.vtnId, nowMs, timing })

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
