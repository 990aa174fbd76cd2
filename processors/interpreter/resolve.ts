/** Checks one claim against the program it addresses and gives the event it means, or the reason why it is refused. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { Program } from '../../schemas/programs.ts'
import type { EventInterval, EventTarget } from '../../schemas/utility.ts'
import { versionAt } from '../programs/fold.ts'
import type { ClaimReading, EventClaim } from './claim.ts'
import { levelFor } from './level-meaning.ts'
import { sharedLimitFault } from './shared-limit.ts'

/** Rank of an event without a priority: after all that have one. */
export const NO_PRIORITY_RANK = 1_000_000

/** The terms that a claim falls under, or why there are none. */
export type Found = { readonly programId: string; readonly terms: ProgramTerms } | { readonly refusal: string }

/** The program of a claim, with the terms in force at its start. An unknown one refuses; it never means another. */
export function findProgram(programs: readonly Program[], vtnId: string, claim: EventClaim): Found {
  const startMs = claim.intervals[0]?.startMs ?? Number.MAX_SAFE_INTEGER
  for (const program of programs) {
    const version = versionAt(program, startMs)
    if (!version) continue
    const addressed =
      'programId' in claim.program
        ? program.programId === claim.program.programId
        : version.terms.vtnId === vtnId && version.terms.marketContext === claim.program.marketContext
    if (!addressed) continue
    return version.withdrawn
      ? { refusal: `${'programId' in claim.program ? 'programId' : 'marketContext'}: program ${program.programId} is withdrawn` }
      : { programId: program.programId, terms: version.terms }
  }
  return {
    refusal:
      'programId' in claim.program
        ? `programId: unknown program "${claim.program.programId}"`
        : `marketContext: unknown market context "${claim.program.marketContext}"`,
  }
}

function intervalFault(intervals: readonly EventInterval[], terms: ProgramTerms): string | undefined {
  if (intervals.length === 0) return 'intervals: an event needs at least one'
  for (const [index, interval] of intervals.entries()) {
    if (interval.endMs <= interval.startMs) return `intervals[${index}]: ends at or before its start`
    const next = intervals[index + 1]
    if (next && next.startMs < interval.endMs) return `intervals[${index + 1}].startMs: intervals must follow one another without overlap`
    if (levelFor(interval.level, terms.levels) === undefined)
      return `intervals[${index}].level: "${interval.level}" has no meaning in this program; known: ${terms.levels.map(({ level }) => level).join(', ')}`
  }
  return undefined
}

/** Intervals with the levels of the terms; those that ask for nothing leave a gap. */
const inTermsOf = (intervals: readonly EventInterval[], terms: ProgramTerms): readonly EventInterval[] =>
  intervals.flatMap((interval) => {
    const level = levelFor(interval.level, terms.levels)
    return typeof level === 'string' ? [{ ...interval, level }] : []
  })

/** The first reading that the terms have a meaning for; where there is none, what is wrong with the first. */
function chooseReading(claim: EventClaim, terms: ProgramTerms): ClaimReading | { readonly refusal: string } {
  const fault = intervalFault(claim.intervals, terms)
  if (fault === undefined) return claim
  return claim.otherwise?.find(({ intervals }) => intervalFault(intervals, terms) === undefined) ?? { refusal: fault }
}

/** VEN targets become "all" when they name us, and say nothing beside narrower ones; a target of someone else's VEN refuses. */
function resolveTargets(targets: readonly EventTarget[], venId: string | undefined): readonly EventTarget[] | { readonly refusal: string } {
  const resolved: EventTarget[] = []
  for (const target of targets) {
    const foreign = target.kind === 'ven' ? target.ids.find((id) => id !== venId) : undefined
    if (foreign !== undefined) return { refusal: `targets: venID "${foreign}" is not ours` }
    if (target.kind !== 'all' && target.ids.length === 0) return { refusal: `targets: a target of kind ${target.kind} names nobody` }
    if (target.kind !== 'ven') resolved.push(target)
  }
  return resolved.length === 0 ? [{ kind: 'all', ids: [] }] : resolved
}

/** What a sound claim comes to. */
export interface Sound {
  readonly programId: string
  readonly intervals: readonly EventInterval[]
  readonly targetW: number | null
  readonly targets: readonly EventTarget[]
  readonly test: 'none' | 'drill' | 'performanceTest'
  readonly rank: number
  readonly terms: ProgramTerms
}

/** `asksNothing`: that is all that is wrong with it; an event in force that comes to ask for nothing has ended. */
export interface Unsound {
  readonly refusal: string
  readonly asksNothing?: boolean
}

/** The sound form of a claim, or the reason why it is refused, naming the field. */
export function resolveClaim(claim: EventClaim, programs: readonly Program[], vtnId: string, venId: string | undefined): Sound | Unsound {
  if (claim.fault !== null) return { refusal: claim.fault }
  const found = findProgram(programs, vtnId, claim)
  if ('refusal' in found) return found
  const reading = chooseReading(claim, found.terms)
  if ('refusal' in reading) return reading
  const intervals = inTermsOf(reading.intervals, found.terms)
  const targets = resolveTargets(claim.targets, venId)
  if ('refusal' in targets) return targets
  const shared = sharedLimitFault(reading, targets, found.terms)
  if (shared !== undefined) return { refusal: shared }
  if (intervals.length === 0) return { refusal: 'intervals: none asks for anything by the terms of this program', asksNothing: true }
  const test = claim.test === true ? found.terms.testEvent : claim.test || 'none'
  return {
    programId: found.programId,
    intervals,
    targetW: reading.targetW,
    targets,
    test,
    rank: claim.priority === 0 ? NO_PRIORITY_RANK : claim.priority,
    terms: found.terms,
  }
}
