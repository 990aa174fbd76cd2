/** What the log says about one VTN: registration, events and our answers, report requests and reports; folded in place from its records. */
import type { ProgramCapacity } from '../../../schemas/dispatch.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { PartyRegistration, ReportAsked, SessionFact, UtilityEvent, UtilityOpt, UtilityReport } from '../../../schemas/utility.ts'
import type { Scope } from '../../reporting/data-points.ts'

/** A report that the VTN asked for and still waits for. */
export type OpenRequest = ReportAsked & { readonly ending: boolean }

export interface Knowledge {
  readonly vtnId: string
  /** undefined = the VTN does not know us. */
  registration: PartyRegistration | undefined
  /** The newest word of the interpreter on one modification of an event, by `modificationKey`. */
  readonly words: Map<string, UtilityEvent>
  /** The newest record of each event that was taken, by the VTN's event id. */
  readonly events: Map<string, UtilityEvent>
  /** Code and opt that we told the VTN, by `answerKey`. */
  readonly answered: Map<string, string>
  readonly openRequests: Map<string, OpenRequest>
  readonly endedRequests: Set<string>
  /** Reports that the VTN has neither accepted nor refused, oldest first. */
  readonly reports: Map<string, UtilityReport>
  readonly settledReports: Set<string>
  /** Opts that the VTN has neither accepted nor refused, oldest first, by `optKey`. */
  readonly opts: Map<string, UtilityOpt>
  readonly settledOpts: Set<string>
  /** Programs that the VTN addresses, ascending. */
  programIds: readonly string[]
  /** Of these, those that settle resources. */
  readonly settlingResources: Set<string>
  /** Resources of a program by partition of their devices; null = there are too many to be told of. */
  readonly resources: Map<string, Map<number, readonly string[] | null>>
}

export const createKnowledge = (vtnId: string): Knowledge => ({
  vtnId,
  registration: undefined,
  words: new Map(),
  events: new Map(),
  answered: new Map(),
  openRequests: new Map(),
  endedRequests: new Set(),
  reports: new Map(),
  settledReports: new Set(),
  opts: new Map(),
  settledOpts: new Set(),
  programIds: [],
  settlingResources: new Set(),
  resources: new Map(),
})

export const modificationKey = (theirEventId: string, modificationNumber: number): string => `${modificationNumber}\u0000${theirEventId}`

export const answerKey = (answer: {
  readonly theirEventId: string
  readonly modificationNumber: number
  readonly cancelled: boolean
}): string => `${answer.cancelled ? 'cancelled' : 'event'}\u0000${modificationKey(answer.theirEventId, answer.modificationNumber)}`

/** What an answer says; the same again is not worth telling. */
export const saying = (answer: { readonly responseCode: string; readonly opt: string }): string => `${answer.responseCode} ${answer.opt}`

export function learnEvent(known: Knowledge, event: UtilityEvent): void {
  if (event.vtnId !== known.vtnId || event.kind === 'hold' || event.kind === 'unhold') return
  known.words.set(modificationKey(event.theirEventId, event.modificationNumber), event)
  if (event.kind !== 'refused') known.events.set(event.theirEventId, event)
}

export function learnReport(known: Knowledge, report: UtilityReport): void {
  if (report.vtnId !== known.vtnId || known.settledReports.has(report.reportId)) return
  if (report.status === 'accepted' || report.status === 'refused') {
    known.settledReports.add(report.reportId)
    known.reports.delete(report.reportId)
  } else known.reports.set(report.reportId, report)
}

/** An opt is declared once and taken back once. */
const optKey = ({ action, optId }: UtilityOpt): string => `${action} ${optId}`

export function learnOpt(known: Knowledge, opt: UtilityOpt): void {
  const key = optKey(opt)
  if (opt.vtnId !== known.vtnId || known.settledOpts.has(key)) return
  if (opt.status === 'accepted' || opt.status === 'refused') {
    known.settledOpts.add(key)
    known.opts.delete(key)
  } else known.opts.set(key, opt)
}

export function learnProgram(known: Knowledge, program: Program): void {
  const others = known.programIds.filter((id) => id !== program.programId)
  const newest = program.versions.at(-1)
  const ours = newest !== undefined && newest.terms.vtnId === known.vtnId && !newest.withdrawn
  known.programIds = ours ? [...others, program.programId].sort() : others
  if (ours && newest.terms.settledUnit === 'resource') known.settlingResources.add(program.programId)
  else known.settlingResources.delete(program.programId)
}

export function learnCapacity(known: Knowledge, { programId, partition, resources, tooManyResources }: ProgramCapacity): void {
  const ofProgram = known.resources.get(programId) ?? new Map<number, readonly string[] | null>()
  known.resources.set(programId, ofProgram.set(partition, tooManyResources ? null : resources.map(({ resourceId }) => resourceId)))
}

/** More would make an offer of megabytes, which VTNs do not take; the program as a whole is offered all the same. */
const MOST_RESOURCES = 500

/** Resources that a VTN can be told of apart, ascending. */
function resourcesOf({ settlingResources, resources }: Knowledge, programId: string): readonly string[] {
  const parts = settlingResources.has(programId) ? [...(resources.get(programId)?.values() ?? [])] : []
  const ids = new Set(parts.flatMap((part) => part ?? []))
  return parts.includes(null) || ids.size > MOST_RESOURCES ? [] : [...ids].sort()
}

/** What can be reported on: every program as a whole, and its resources where it settles them. */
export const scopesOf = (known: Knowledge): readonly Scope[] =>
  known.programIds.flatMap((programId) => [null, ...resourcesOf(known, programId)].map((resourceId) => ({ programId, resourceId })))

export function learnFact(known: Knowledge, fact: SessionFact): void {
  if (fact.vtnId !== known.vtnId) return
  const { answer, report } = fact
  if (fact.kind === 'registered') known.registration = fact.registration ?? undefined
  if (fact.kind === 'unregistered') known.registration = undefined
  if (fact.kind === 'eventAnswered' && answer) known.answered.set(answerKey(answer), saying(answer))
  if (fact.kind === 'reportAsked' && report) known.openRequests.set(report.reportRequestId, { ...report, ending: false })
  if (fact.kind === 'reportEnding' && report) known.openRequests.set(report.reportRequestId, { ...report, ending: true })
  if (fact.kind === 'reportEnded' && report) {
    known.openRequests.delete(report.reportRequestId)
    known.endedRequests.add(report.reportRequestId)
  }
}
