/** Tells a VTN in one word how an event goes: from what became of its commands, and from our own answer to it. */
import type { ReportAsked, UtilityReport } from '../../../schemas/utility.ts'
import { hashId } from '../../../topics/ids.ts'
import type { Knowledge } from '../ven/knowledge.ts'
import { requestParts } from './descriptors.ts'

/** What a state is told from, in the order of the values of the report: W delivered, failed, pending; 1 = we are not in it; 1 = load is taken. */
interface Basis {
  readonly deliveredW: number
  readonly failedW: number
  readonly pendingW: number
  readonly optedOut: boolean
  readonly takes: boolean
}

/** Definition.md, operating states, of a running load. */
function wordFor({ deliveredW, failedW, pendingW, optedOut, takes }: Basis): string {
  if (optedOut) return 'RUNNING_OPTED_OUT'
  if (deliveredW > 0) return takes ? 'RUNNING_HEIGHTENED' : 'RUNNING_CURTAILED'
  return failedW > 0 && pendingW === 0 ? 'ERROR' : 'RUNNING_NORMAL'
}

/** The word of a report that `stateReports` made. */
export function operatingState({ points }: UtilityReport): string {
  const [deliveredW = 0, failedW = 0, pendingW = 0, optedOut = 0, takes = 0] = points[0]?.values ?? []
  return wordFor({ deliveredW, failedW, pendingW, optedOut: optedOut === 1, takes: takes === 1 })
}

function basisOf(known: Knowledge, eventID: string, programId: string): Basis {
  const word = known.words.get(eventID)
  const sums = [...(known.deliveries.get(word?.eventId ?? '')?.values() ?? [])]
  const total = (field: 'deliveredW' | 'failedW' | 'pendingW'): number => sums.reduce((sum, one) => sum + one[field], 0)
  return {
    deliveredW: total('deliveredW'),
    failedW: total('failedW'),
    pendingW: total('pendingW'),
    optedOut: word?.kind !== 'event' || word.opt === 'optOut',
    takes: known.programs.get(programId)?.direction === 'take',
  }
}

function stateReport(known: Knowledge, request: ReportAsked, reportId: string): UtilityReport {
  const [rId = ''] = request.rIds
  const { deliveredW, failedW, pendingW, optedOut, takes } = basisOf(
    known,
    requestParts(request.reportRequestId)?.eventID ?? '',
    rId.replace(/\/operatingState$/, ''),
  )
  const values = [deliveredW, failedW, pendingW, Number(optedOut), Number(takes)]
  return {
    reportId,
    vtnId: known.vtnId,
    reportRequestId: request.reportRequestId,
    reportSpecifierId: request.reportSpecifierId,
    reportName: 'OPERATING_STATE',
    eventId: null,
    startMs: request.fromMs,
    stepS: Math.round(((request.untilMs ?? request.fromMs) - request.fromMs) / 1000),
    points: [{ rId, values, qualities: values.map(() => 'measured') }],
    status: 'pending',
    attempt: 0,
    detail: '',
  }
}

/** Reports on states that were asked for and not made yet, as the states are now. */
export function stateReports(known: Knowledge): readonly UtilityReport[] {
  return [...known.openRequests.values()].flatMap((request) => {
    const reportId = hashId('report', known.vtnId, request.reportRequestId, 'state')
    const made = known.reports.has(reportId) || known.settledReports.has(reportId)
    return request.reportSpecifierId === 'operating-state' && !made ? [stateReport(known, request, reportId)] : []
  })
}
