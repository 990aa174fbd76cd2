/** The data points that reports are made of: what Drover offers a VTN per program, and how each is named. */

/** usage: metered net energy. baseline: what it would have been. deltaUsage: metered less baseline. (oadr_ei_20b.xsd, reportTypeEnumerated) */
export type Measure = 'usage' | 'baseline' | 'deltaUsage'

export interface DataPoint {
  readonly programId: string
  readonly measure: Measure
}

/** A report that is on offer; its specifier stays the same for ever, so that a request outlives a restart. */
export interface ReportKind {
  readonly specifierId: 'telemetry-usage' | 'history-usage'
  readonly reportName: 'TELEMETRY_USAGE' | 'HISTORY_USAGE'
  readonly measures: readonly Measure[]
  /** How far back a request may reach, seconds. */
  readonly keptS: number
}

export const reportKinds: readonly ReportKind[] = [
  { specifierId: 'telemetry-usage', reportName: 'TELEMETRY_USAGE', measures: ['usage'], keptS: 86_400 },
  { specifierId: 'history-usage', reportName: 'HISTORY_USAGE', measures: ['usage', 'baseline', 'deltaUsage'], keptS: 7 * 86_400 },
]

export const reportKindOf = (specifierId: string): ReportKind | undefined => reportKinds.find((kind) => kind.specifierId === specifierId)

export const rIdOf = ({ programId, measure }: DataPoint): string => `${programId}/${measure}`

/** The data point that an rID of this report names; undefined = none of ours. */
export function dataPointOf(kind: ReportKind, rId: string): DataPoint | undefined {
  const measure = kind.measures.find((name) => rId.endsWith(`/${name}`))
  return measure && { programId: rId.slice(0, -measure.length - 1), measure }
}
