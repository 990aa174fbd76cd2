/** Reacts to EiReport: requests and cancellations of reports, and what the VTN made of our offers and values. */
import type { SessionFact, UtilityReport } from '../../../schemas/utility.ts'
import { untroubled } from '../../retry/trouble.ts'
import type { OadrCancelReport, OadrCreateReport, OadrRegisteredReport, OadrRegisterReport, OadrUpdatedReport } from '../types/report.ts'
import type { EiResponse } from '../types/response.ts'
import type { Move, Owed } from './course.ts'
import { scopesKey } from './next-move.ts'
import { declined, inWords, only, type Reaction, type Scene, taken, troubled } from './reaction.ts'
import { cancelRequests, METADATA, reportFact, type Settled, takeRequests } from './report-requests.ts'

type Reporting = Scene<Extract<Move, { kind: 'report' }>>

const receiptOf = ({ signal, nowMs }: Scene) => ({ signal, atMs: nowMs })

/** Requests that are still open once the facts hold. */
function pendingIds(scene: Scene, facts: readonly SessionFact[]): readonly string[] {
  const ids = new Set(scene.known.openRequests.keys())
  for (const { kind, report } of facts) {
    if (kind === 'reportAsked' && report) ids.add(report.reportRequestId)
    if (kind === 'reportEnded' && report) ids.delete(report.reportRequestId)
  }
  return [...ids]
}

/** 461 report not supported; 452 invalid id: a request that was never made cannot be cancelled. */
const refusalCodes = { oadrCreatedReport: '461', oadrCanceledReport: '452' } as const

/** oadrCreatedReport or oadrCanceledReport: what was taken, or why something was not, and everything still to be sent. */
function reply(scene: Scene, type: 'oadrCreatedReport' | 'oadrCanceledReport', requestID: string, settled: Settled): Owed {
  const fault = settled.faults.join('; ')
  const eiResponse =
    fault === ''
      ? { responseCode: '200', responseDescription: 'OK', requestID }
      : { responseCode: refusalCodes[type], responseDescription: fault, requestID }
  const pendingReportRequestIDs = pendingIds(scene, settled.facts)
  return { service: 'EiReport', message: { type, eiResponse, pendingReportRequestIDs, venID: scene.known.registration?.venId } }
}

export function onCreateReport(scene: Scene, message: OadrCreateReport): Reaction {
  const { course } = scene
  const settled = takeRequests(scene.known, message.reportRequests, receiptOf(scene))
  const metadata = message.reportRequests.find(({ reportSpecifierID }) => reportSpecifierID === METADATA)
  const owed = [...course.owed, reply(scene, 'oadrCreatedReport', message.requestID, settled)]
  return only({ ...course, owed, ...(metadata ? { offered: undefined, metadataFor: metadata.reportRequestID } : {}) }, settled.facts)
}

export function onRegisteredReport(scene: Scene, message: OadrRegisteredReport): Reaction {
  const { course, move } = scene
  if (move.kind !== 'offer') return only(course)
  if (!taken(message.eiResponse)) return only(troubled(course, 'offer', inWords(message.eiResponse), scene))
  const settled = takeRequests(scene.known, message.reportRequests, receiptOf(scene))
  const owed = message.reportRequests.length > 0 ? [reply(scene, 'oadrCreatedReport', message.eiResponse.requestID, settled)] : []
  const next = { ...course, offered: scopesKey(move.scopes), metadataFor: undefined, owed: [...course.owed, ...owed] }
  return only(untroubled(next, 'offer'), settled.facts)
}

export function onCancelReport(scene: Scene, message: OadrCancelReport): Reaction {
  const settled = cancelRequests(scene.known, message, receiptOf(scene))
  const owed = reply(scene, 'oadrCanceledReport', message.requestID, settled)
  return only({ ...scene.course, owed: [...scene.course.owed, owed] }, settled.facts)
}

/** The VTN offers reports of its own: it is told that none is wanted. */
export function onRegisterReport(scene: Scene, message: OadrRegisterReport): Reaction {
  const { known, course } = scene
  const answer = {
    type: 'oadrRegisteredReport',
    eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: message.requestID },
    reportRequests: [],
    venID: known.registration?.venId,
  } as const
  return only({ ...course, owed: [...course.owed, { service: 'EiReport', message: answer }] })
}

/** The report as it stands after one more try. */
export const triedReport = (report: UtilityReport, status: UtilityReport['status'], detail: string): UtilityReport => ({
  ...report,
  status,
  attempt: report.attempt + 1,
  detail,
})

/** A request for one report, or for one last report, has ended with it. */
export function onReported(scene: Reporting, response: EiResponse): Reaction {
  const { known, course, move } = scene
  if (!taken(response) && !declined(response))
    return only(troubled(course, 'report', inWords(response), scene), [], [triedReport(move.report, 'sent', inWords(response))])
  const ending = move.request.reportBackS === 0 || known.openRequests.get(move.request.reportRequestId)?.ending === true
  const facts = ending ? [reportFact(known.vtnId, 'reportEnded', move.request, receiptOf(scene))] : []
  const report = triedReport(move.report, taken(response) ? 'accepted' : 'refused', inWords(response))
  return only(untroubled(course, 'report'), facts, [report])
}

export function onUpdatedReport(scene: Scene, message: OadrUpdatedReport): Reaction {
  const { move } = scene
  if (move.kind !== 'report') return only(scene.course)
  const reaction = onReported({ ...scene, move }, message.eiResponse)
  if (!message.cancelReport) return reaction
  const ended = new Set(reaction.facts.map(({ report }) => report?.reportRequestId))
  const settled = cancelRequests(scene.known, message.cancelReport, receiptOf(scene))
  const facts = [...reaction.facts, ...settled.facts.filter(({ report }) => !ended.has(report?.reportRequestId))]
  const owed = reply(scene, 'oadrCanceledReport', message.cancelReport.requestID, { ...settled, facts })
  return { ...reaction, course: { ...reaction.course, owed: [...reaction.course.owed, owed] }, facts }
}
