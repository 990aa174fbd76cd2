/** Decides which reports are asked for now, from the events that a VTN shows and from what was asked before; pure. */
import type { ReportAsked, UtilityReport } from '../../../schemas/utility.ts'
import { hashId } from '../../../topics/ids.ts'
import { rIdOf } from '../../reporting/data-points.ts'
import type { Shown } from '../decode.ts'
import type { Event, ReportDescriptor } from '../model/event.ts'
import type { Revision } from '../revision.ts'
import type { Knowledge, OurProgram } from '../ven/knowledge.ts'
import { resourcesIn } from '../ven/membership.ts'
import { WireFault } from '../wire-fault.ts'
import { descriptorKey, type ReportType, reportTypeOf, requestIdOf } from './descriptors.ts'
import { endedPeriods } from './periods.ts'
import { type Rounds, roundsOf } from './rounds.ts'
import { type ReportScope, scopeOf } from './scope.ts'

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

const stateRId = (programId: string): string => `${programId}/operatingState`

type Scoped = Extract<ReportScope, { resourceIds: unknown }>

function rIdsOf(type: ReportType, programId: string, { resourceIds }: Scoped): readonly string[] {
  if (type.specifierId === 'operating-state') return [stateRId(programId)]
  const { measure } = type
  return (resourceIds ?? [null]).map((resourceId) => rIdOf({ programId, resourceId, measure }))
}

function askFor(
  type: ReportType,
  rIds: readonly string[],
  key: string,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): ReportAsked {
  return {
    reportRequestId: requestIdOf(key, fromMs, untilMs),
    reportSpecifierId: type.specifierId,
    rIds,
    granularityS: 0,
    reportBackS: isResult(type) ? RESULT_LOOK_S : 0,
    fromMs,
    untilMs,
  }
}

/** What planning for one event goes by. */
interface Scene {
  readonly known: Knowledge
  readonly shown: Shown
  readonly program: OurProgram
  readonly revision: Revision
  readonly nowMs: number
}

type Ended = ReturnType<typeof endedPeriods>[number]

function scopeIn({ known, shown, program }: Scene, event: Event, descriptor: ReportDescriptor, period: Ended): ReportScope {
  const us = { venName: shown.venName, ven: shown.vens.find((one) => one.venName === shown.venName), resources: shown.resources }
  const { programId, showsResources } = program
  const resources = showsResources && known.membership ? resourcesIn(known.membership, programId, period) : undefined
  return scopeOf({ descriptor, event, us, resources })
}

/** One that joins late reports on the last period only; one that was away, on all since its last report. */
function askedBy(scene: Scene, event: Event, descriptor: ReportDescriptor, type: ReportType, rounds: Rounds) {
  const { known, program, nowMs } = scene
  const key = descriptorKey(event.id, descriptor)
  const before = known.askedUntilMs.get(key)
  const ended = endedPeriods(descriptor, rounds, nowMs).filter(({ untilMs }) => before === undefined || untilMs > before)
  const due = before === undefined ? ended.slice(-1) : ended
  return due.map((period): ReportAsked | { readonly unsupported: string } => {
    const scope = scopeIn(scene, event, descriptor, period)
    if ('unsupported' in scope) return scope
    if (type.specifierId === 'operating-state' && scope.resourceIds && descriptor.targets?.length)
      return { unsupported: 'targets: OPERATING_STATE is told of the VEN as a whole' }
    return askFor(type, rIdsOf(type, program.programId, scope), key, period)
  })
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

function ofEvent(scene: Scene, event: Event): Omit<Planned, 'ended'> {
  const { known, revision, nowMs } = scene
  const asked: ReportAsked[] = []
  const refused: UtilityReport[] = []
  const rounds = roundsOf(event, revision, nowMs)
  for (const descriptor of event.reportDescriptors ?? []) {
    const type = reportTypeOf(descriptor)
    const found = 'unsupported' in type ? [type] : rounds ? askedBy(scene, event, descriptor, type, rounds) : []
    for (const one of found)
      if ('unsupported' in one) refused.push(refuse(known.vtnId, descriptorKey(event.id, descriptor), descriptor, one.unsupported))
      else asked.push(one)
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
    return program ? soundly(() => ofEvent({ known, shown, program, revision, nowMs }, read.event), nothing) : nothing
  })
  const ended = [...known.openRequests.values()].filter(
    ({ reportBackS, untilMs }) => reportBackS > 0 && nowMs > (untilMs ?? 0) + RESTATED_MS,
  )
  return { asked: plans.flatMap(({ asked }) => asked), refused: plans.flatMap(({ refused }) => refused), ended }
}
