/** Decides what the report requests and cancellations of a VTN settle; the same for a message just heard and for one found on the log after a restart. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { ReportAsked, SessionFact } from '../../../schemas/utility.ts'
import { dataPointOf, reportKindOf, rIdOf } from '../../reporting/data-points.ts'
import type { VtnMessage } from '../messages.ts'
import type { CancelReport, OadrReportRequest } from '../types/report.ts'
import { type Knowledge, scopesOf } from './knowledge.ts'

/** Where a message was recorded, and when it was received. */
export interface Receipt {
  readonly signal: LogPosition
  readonly atMs: number
}

export interface Settled {
  readonly facts: readonly SessionFact[]
  /** Why something was not taken, naming it; empty = all was. */
  readonly faults: readonly string[]
}

type ReportFactKind = 'reportAsked' | 'reportEnding' | 'reportEnded'

export const reportFact = (vtnId: string, kind: ReportFactKind, report: ReportAsked, receipt: Receipt): SessionFact => ({
  vtnId,
  kind,
  atMs: receipt.atMs,
  signal: receipt.signal,
  registration: null,
  answer: null,
  report,
})

/** The reportSpecifierID by which a VTN asks for the offers again. */
export const METADATA = 'METADATA'

function askedOf(known: Knowledge, request: OadrReportRequest, atMs: number): ReportAsked | { readonly fault: string } {
  const kind = reportKindOf(request.reportSpecifierID)
  if (!kind) return { fault: `reportSpecifierID: "${request.reportSpecifierID}" is not on offer` }
  const offered = scopesOf(known).flatMap((scope) => kind.measures.map((measure) => rIdOf({ ...scope, measure })))
  const rIds = request.specifierPayloads.map(({ rID }) => rID)
  // A program that is gone since can still be reported on; what was never ours cannot.
  const foreign = rIds.find((rId) => !dataPointOf(kind, rId))
  if (foreign !== undefined) return { fault: `rID: "${foreign}" is not a data point of ${kind.specifierId}` }
  const { startMs, durationS } = request.reportInterval ?? { startMs: atMs, durationS: 0 }
  return {
    reportRequestId: request.reportRequestID,
    reportSpecifierId: request.reportSpecifierID,
    rIds: rIds.length > 0 ? rIds : offered,
    granularityS: request.granularityS,
    reportBackS: request.reportBackDurationS,
    fromMs: startMs,
    untilMs: durationS > 0 ? startMs + durationS * 1000 : null,
  }
}

/** A request that was taken or has ended before is not taken again. */
export function takeRequests(known: Knowledge, requests: readonly OadrReportRequest[], receipt: Receipt): Settled {
  const fresh = requests.filter(
    ({ reportRequestID, reportSpecifierID }) =>
      reportSpecifierID !== METADATA && !known.openRequests.has(reportRequestID) && !known.endedRequests.has(reportRequestID),
  )
  const asked = fresh.map((request) => askedOf(known, request, receipt.atMs))
  return {
    facts: asked.flatMap((one) => ('fault' in one ? [] : [reportFact(known.vtnId, 'reportAsked', one, receipt)])),
    faults: asked.flatMap((one) => ('fault' in one ? [one.fault] : [])),
  }
}

export function cancelRequests(known: Knowledge, cancel: CancelReport, receipt: Receipt): Settled {
  const found = cancel.reportRequestIDs.map((id) => known.openRequests.get(id) ?? id)
  const kind = cancel.reportToFollow ? 'reportEnding' : 'reportEnded'
  return {
    facts: found.flatMap((one) => {
      if (typeof one === 'string' || (one.ending && kind === 'reportEnding')) return []
      const { ending: _, ...report } = one
      return [reportFact(known.vtnId, kind, report, receipt)]
    }),
    faults: found.flatMap((one) =>
      typeof one === 'string' && !known.endedRequests.has(one) ? [`reportRequestID: "${one}" was never asked for`] : [],
    ),
  }
}

/** What any message settles about report requests. */
export function settleRequests(known: Knowledge, message: VtnMessage, receipt: Receipt): Settled {
  switch (message.type) {
    case 'oadrCreateReport':
    case 'oadrRegisteredReport':
      return takeRequests(known, message.reportRequests, receipt)
    case 'oadrCancelReport':
      return cancelRequests(known, message, receipt)
    case 'oadrUpdatedReport':
      return message.cancelReport ? cancelRequests(known, message.cancelReport, receipt) : { facts: [], faults: [] }
    default:
      return { facts: [], faults: [] }
  }
}
