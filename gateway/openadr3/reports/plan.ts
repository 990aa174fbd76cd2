/** Decides which reports are asked for now, from the events that a VTN shows and from what was asked before; pure. */
import type { ReportAsked, UtilityReport } from '../../../schemas/utility.ts'
import { hashId } from '../../../topics/ids.ts'
import { rIdOf } from '../../reporting/data-points.ts'
import type { Shown } from '../decode.ts'
import type { Event, ReportDescriptor } from '../model/event.ts'
import type { Revision } from '../revision.ts'
import type { Knowledge } from '../ven/knowledge.ts'
import { WireFault } from '../wire-fault.ts'
import { descriptorKey, type ReportType, reportTypeOf, requestIdOf } from './descriptors.ts'
import { endedPeriods } from './periods.ts'
import { type Rounds, roundsOf } from './rounds.ts'

export interface Planned {
  readonly asked: readonly ReportAsked[]
  /** What is asked for and cannot be given, with the reason; each once. */
  readonly refused: readonly UtilityReport[]
  /** Requests whose results will not be restated any more. */
  readonly ended: readonly ReportAsked[]
}

/** Results may be restated, and are then reported again, for so long after the event. */
const RESTATED_MS = 7 * 86_400_000
/** How often results are looked at for a change. */
const RESULT_LOOK_S = 60

const isResult = ({ specifierId }: ReportType): boolean => specifierId === 'history-usage'

function askFor(type: ReportType, programId: string, key: string, { fromMs, untilMs }: { fromMs: number; untilMs: number }): ReportAsked {
  return {
    reportRequestId: requestIdOf(key, fromMs, untilMs),
    reportSpecifierId: type.specifierId,
    rIds: [type.specifierId === 'operating-state' ? `${programId}/operatingState` : rIdOf({ programId, measure: type.measure })],
    granularityS: 0,
    reportBackS: isResult(type) ? RESULT_LOOK_S : 0,
    fromMs,
    untilMs,
  }
}

/** One that joins late reports on the last period only; one that was away, on all since its last report. */
function askedBy(known: Knowledge, key: string, type: ReportType, programId: string, descriptor: ReportDescriptor, at: Ended) {
  const before = known.askedUntilMs.get(key)
  const ended = endedPeriods(descriptor, at.rounds, at.nowMs).filter(({ untilMs }) => before === undefined || untilMs > before)
  return (before === undefined ? ended.slice(-1) : ended).map((period) => askFor(type, programId, key, period))
}

interface Ended {
  readonly rounds: Rounds
  readonly nowMs: number
}

const refuse = (vtnId: string, key: string, { payloadType }: ReportDescriptor, detail: string): UtilityReport => ({
  reportId: hashId('report', vtnId, key, 'refused'),
  vtnId,
  reportRequestId: key,
  reportSpecifierId: payloadType,
  reportName: payloadType,
  eventId: null,
  startMs: 0,
  stepS: 0,
  points: [],
  status: 'refused',
  attempt: 0,
  detail,
})

function ofEvent(known: Knowledge, event: Event, programId: string, revision: Revision, nowMs: number): Omit<Planned, 'ended'> {
  const asked: ReportAsked[] = []
  const refused: UtilityReport[] = []
  const rounds = roundsOf(event, revision, nowMs)
  for (const descriptor of event.reportDescriptors ?? []) {
    const key = descriptorKey(event.id, descriptor)
    const type = reportTypeOf(descriptor)
    if ('unsupported' in type) refused.push(refuse(known.vtnId, key, descriptor, type.unsupported))
    else if (rounds) asked.push(...askedBy(known, key, type, programId, descriptor, { rounds, nowMs }))
  }
  return { asked, refused: refused.filter(({ reportId }) => !known.settledReports.has(reportId)) }
}

/** An event that cannot be understood was refused as a whole, and with it its reports. */
function soundly<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof WireFault) return otherwise
    throw error
  }
}

export function planReports(known: Knowledge, shown: Shown, revision: Revision, nowMs: number): Planned {
  const nothing = { asked: [], refused: [] }
  const names = new Map(shown.programs.map(({ id, programName }) => [id, programName]))
  const plans = shown.events.map((read) => {
    if (!('event' in read)) return nothing
    const program = [...known.programs.values()].find(({ programName }) => programName === names.get(read.event.programID))
    return program ? soundly(() => ofEvent(known, read.event, program.programId, revision, nowMs), nothing) : nothing
  })
  const ended = [...known.openRequests.values()].filter(
    ({ reportBackS, untilMs }) => reportBackS > 0 && nowMs > (untilMs ?? 0) + RESTATED_MS,
  )
  return { asked: plans.flatMap(({ asked }) => asked), refused: plans.flatMap(({ refused }) => refused), ended }
}
