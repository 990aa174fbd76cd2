/** Makes the move "report": writes it for the VTN, sends it, and says what became of it. */
import type { ReportAsked, UtilityReport } from '../../../schemas/utility.ts'
import { untroubled } from '../../retry/trouble.ts'
import type { Shown } from '../decode.ts'
import type { Event } from '../model/event.ts'
import { type Delivered, deliver } from '../reports/deliver.ts'
import { descriptorKey, reportTypeOf, requestParts } from '../reports/descriptors.ts'
import { roundsOf } from '../reports/rounds.ts'
import { reportNameOf, type ToWrite, writeReport } from '../reports/write.ts'
import { putOff, recordReport, reportFact, type Session, type SessionDeps, settle } from './talk.ts'

const shownEvent = (shown: Shown, eventID: string): Event | undefined => {
  const read = shown.events.find((one) => 'event' in one && one.event.id === eventID)
  return read && 'event' in read ? read.event : undefined
}

/** What the report belongs to, as the VTN shows it now; words where it shows that no more. */
function belongsTo(shown: Shown, { reportRequestId }: ReportAsked, deps: SessionDeps, nowMs: number): ToWrite | string {
  const parts = requestParts(reportRequestId)
  const event = parts && shownEvent(shown, parts.eventID)
  if (!parts || !event) return 'the VTN does not show the event any more'
  const descriptor = event.reportDescriptors?.find((one) => descriptorKey(event.id, one) === parts.key)
  const type = descriptor && reportTypeOf(descriptor)
  const rounds = roundsOf(event, deps.revision, nowMs)
  if (!descriptor || !type || 'unsupported' in type || !rounds) return 'the event does not ask for this report any more'
  return { revision: deps.revision, venName: deps.venName, event, descriptor, type, rounds }
}

async function bring(
  report: UtilityReport,
  request: ReportAsked | undefined,
  shown: Shown,
  deps: SessionDeps,
  nowMs: number,
): Promise<Delivered> {
  if (!request) return { kind: 'refused', detail: 'the request ended before this report was sent' }
  const to = belongsTo(shown, request, deps, nowMs)
  if (typeof to === 'string') return { kind: 'refused', detail: to }
  const body = writeReport(report, request, to)
  if (!body) return { kind: 'refused', detail: 'no interval of the event lies in the period any more' }
  return deliver(deps.client, { eventID: to.event.id, clientName: deps.venName, reportName: reportNameOf(request), body })
}

export async function send(session: Session, report: UtilityReport, deps: SessionDeps): Promise<void> {
  const { known, course } = session
  if (!course.shown) return
  const request = known.openRequests.get(report.reportRequestId)
  const delivered = await bring(report, request, course.shown, deps, deps.clock.nowMs())
  const status = delivered.kind === 'again' ? 'sent' : delivered.kind
  await recordReport(session, { ...report, status, attempt: report.attempt + 1, detail: delivered.detail }, deps)
  if (delivered.kind === 'again') return putOff(session, 'report', delivered, deps)
  session.course = untroubled(session.course, 'report')
  // Results may be restated; everything else is told once.
  if (request && request.reportBackS === 0) await settle(session, [reportFact('reportEnded', request, deps)], deps)
}
