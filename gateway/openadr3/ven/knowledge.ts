/** What the log says about one VTN: our VEN there, programs, report requests and reports; folded in place from its records. */
import type { EventDelivery } from '../../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { ReportAsked, SessionFact, UtilityEvent, UtilityReport } from '../../../schemas/utility.ts'
import { requestParts } from '../reports/descriptors.ts'
import { type Membership, resourcesNow } from './membership.ts'

export interface OurProgram {
  readonly programId: string
  /** programName at the VTN. */
  readonly programName: string
  /** The program settles resources, so the VTN is shown those that have devices. */
  readonly showsResources: boolean
  readonly direction: ProgramTerms['direction']
}

export interface Knowledge {
  readonly vtnId: string
  /** undefined = the VTN has shown no VEN of ours. */
  venId: string | undefined
  /** Programs that the VTN addresses, by programId. */
  readonly programs: Map<string, OurProgram>
  readonly openRequests: Map<string, ReportAsked>
  readonly endedRequests: Set<string>
  /** End of the newest period asked for, by descriptor (reports/descriptors.ts), epoch ms UTC. */
  readonly askedUntilMs: Map<string, number>
  /** Reports that the VTN has neither accepted nor refused, oldest first. */
  readonly reports: Map<string, UtilityReport>
  readonly settledReports: Set<string>
  /** The newest word of the interpreter on each event, by the VTN's event id. */
  readonly words: Map<string, Pick<UtilityEvent, 'eventId' | 'kind' | 'opt'>>
  /** What became of the commands of an event, by our event id and partition. */
  readonly deliveries: Map<string, Map<number, EventDelivery>>
  /** undefined: not read, since no program shows resources. */
  membership: Membership | undefined
}

export const createKnowledge = (vtnId: string): Knowledge => ({
  vtnId,
  venId: undefined,
  programs: new Map(),
  openRequests: new Map(),
  endedRequests: new Set(),
  askedUntilMs: new Map(),
  reports: new Map(),
  settledReports: new Set(),
  words: new Map(),
  deliveries: new Map(),
  membership: undefined,
})

export function learnProgram(known: Knowledge, { programId, versions }: Program): void {
  const newest = versions.at(-1)
  const programName = newest?.terms.marketContext
  if (newest && programName && newest.terms.vtnId === known.vtnId && !newest.withdrawn)
    known.programs.set(programId, {
      programId,
      programName,
      showsResources: newest.terms.settledUnit === 'resource',
      direction: newest.terms.direction,
    })
  else known.programs.delete(programId)
}

export function learnEvent(known: Knowledge, { vtnId, theirEventId, eventId, kind, opt }: UtilityEvent): void {
  if (vtnId !== known.vtnId || kind === 'hold' || kind === 'unhold') return
  // A refused change leaves what was in force.
  if (kind === 'refused' && known.words.get(theirEventId)?.kind === 'event') return
  known.words.set(theirEventId, { eventId, kind, opt })
}

export function learnDelivery(known: Knowledge, sums: EventDelivery): void {
  const ofEvent = known.deliveries.get(sums.eventId) ?? new Map<number, EventDelivery>()
  known.deliveries.set(sums.eventId, ofEvent.set(sums.partition, sums))
}

export function learnReport(known: Knowledge, report: UtilityReport): void {
  if (report.vtnId !== known.vtnId || known.settledReports.has(report.reportId)) return
  if (report.status === 'accepted' || report.status === 'refused') {
    known.settledReports.add(report.reportId)
    known.reports.delete(report.reportId)
  } else known.reports.set(report.reportId, report)
}

export function learnFact(known: Knowledge, { vtnId, kind, registration, report }: SessionFact): void {
  if (vtnId !== known.vtnId) return
  if (kind === 'registered') known.venId = registration?.venId
  if (kind === 'unregistered') known.venId = undefined
  if (kind === 'reportAsked' && report) {
    known.openRequests.set(report.reportRequestId, report)
    const parts = requestParts(report.reportRequestId)
    if (parts) known.askedUntilMs.set(parts.key, Math.max(parts.untilMs, known.askedUntilMs.get(parts.key) ?? 0))
  }
  if (kind === 'reportEnded' && report) {
    known.openRequests.delete(report.reportRequestId)
    known.endedRequests.add(report.reportRequestId)
  }
}

/** Resources that the VTN should show, with their rated power in W; undefined = enrollment has not been read yet. */
export function wantedResources({ programs, membership }: Knowledge, nowMs: number): ReadonlyMap<string, number> | undefined {
  const showing = [...programs.values()].flatMap(({ programId, showsResources }) => (showsResources ? [programId] : []))
  if (showing.length === 0) return new Map()
  return membership && resourcesNow(membership, new Set(showing), nowMs)
}
