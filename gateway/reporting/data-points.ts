/** The data points that reports are made of: what Drover offers a VTN per program and resource, and how each is named. */

/**
 * usage: metered net energy. baseline: what it would have been. deltaUsage: metered less baseline. status: whether its devices can be reached
 * and obey. (oadr_ei_20b.xsd, reportTypeEnumerated)
 */
export type Measure = 'usage' | 'baseline' | 'deltaUsage' | 'status'

/** Whose values are added up: all devices of a program, or those that the utility knows as one resource of it. */
export interface Scope {
  readonly programId: string
  /** null = the whole program. */
  readonly resourceId: string | null
}

export interface DataPoint extends Scope {
  readonly measure: Measure
}

/** Rows are kept by it. */
export const scopeKey = ({ programId, resourceId }: Scope): string => JSON.stringify([programId, resourceId])

/** A report that is on offer; its specifier stays the same for ever, so that a request outlives a restart. */
export interface ReportKind {
  readonly specifierId: 'telemetry-usage' | 'history-usage' | 'telemetry-status'
  readonly reportName: 'TELEMETRY_USAGE' | 'HISTORY_USAGE' | 'TELEMETRY_STATUS'
  readonly measures: readonly Measure[]
  /** How far back a request may reach, seconds. */
  readonly keptS: number
}

export const reportKinds: readonly ReportKind[] = [
  { specifierId: 'telemetry-usage', reportName: 'TELEMETRY_USAGE', measures: ['usage'], keptS: 86_400 },
  { specifierId: 'history-usage', reportName: 'HISTORY_USAGE', measures: ['usage', 'baseline', 'deltaUsage'], keptS: 7 * 86_400 },
  { specifierId: 'telemetry-status', reportName: 'TELEMETRY_STATUS', measures: ['status'], keptS: 86_400 },
]

export const reportKindOf = (specifierId: string): ReportKind | undefined => reportKinds.find((kind) => kind.specifierId === specifierId)

/** `summer-shed/usage`, or `summer-shed/resource=feeder%207/usage` for one resource. */
export const rIdOf = ({ programId, resourceId, measure }: DataPoint): string =>
  resourceId === null ? `${programId}/${measure}` : `${programId}/resource=${encodeURIComponent(resourceId)}/${measure}`

/** A resource stands last in its path, and has no slash of its own there. */
const ofResource = /^(.*)\/resource=([^/]*)$/

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The data point that an rID of this report names; undefined = none of ours. */
export function dataPointOf(kind: Pick<ReportKind, 'measures'>, rId: string): DataPoint | undefined {
  const measure = kind.measures.find((name) => rId.endsWith(`/${name}`))
  if (!measure) return undefined
  const path = rId.slice(0, -measure.length - 1)
  const match = ofResource.exec(path)
  if (!match) return { programId: path, resourceId: null, measure }
  const resourceId = decoded(match[2] ?? '')
  return resourceId === undefined ? undefined : { programId: match[1] ?? '', resourceId, measure }
}

/** A status is told in counts, each a point of its own on the log, named after the rID: devices in the program, those that can be reached, those that opted out, and the limit in force in thousandths. */
export const statusParts = ['devices', 'online', 'optedOut', 'limitPermille'] as const
export type StatusPart = (typeof statusParts)[number]
export const statusRId = (rId: string, part: StatusPart): string => `${rId}.${part}`
