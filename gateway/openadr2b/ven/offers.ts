/** Offers the VTN the reports that Drover can give of its programs and resources (EiReport, METADATA_ reports). */
import { type Measure, reportKinds, rIdOf, type Scope } from '../../reporting/data-points.ts'
import { energyReal } from '../types/item-base.ts'
import type { OadrRegisterReport, OfferedReport, ReportDescription } from '../types/report.ts'

/** Energy sums of a program exist per settlement interval: from a minute to an hour. */
const samplingRate = { minPeriodS: 60, maxPeriodS: 3600, onChange: false }

const readingTypes: Readonly<Record<Measure, string>> = {
  usage: 'Summed',
  baseline: 'Derived',
  deltaUsage: 'Derived',
  status: 'x-notApplicable',
}

/** A status has no unit (OpenADR 2.0b, TELEMETRY_STATUS). */
const describe = ({ programId, resourceId }: Scope, measure: Measure): ReportDescription => ({
  rID: rIdOf({ programId, resourceId, measure }),
  ...(resourceId === null ? {} : { reportDataSource: [{ kind: 'resourceID', id: resourceId }] }),
  reportType: measure === 'status' ? 'x-resourceStatus' : measure,
  ...(measure === 'status' ? {} : { itemBase: energyReal() }),
  readingType: readingTypes[measure],
  samplingRate,
})

/** One offer of every report, with a data point per scope and measure; without programs there is nothing to offer. */
export function offerReports(options: {
  readonly requestID: string
  readonly venID: string
  readonly scopes: readonly Scope[]
  readonly metadataFor: string | undefined
  readonly nowMs: number
}): OadrRegisterReport {
  const { requestID, venID, scopes, metadataFor, nowMs } = options
  const reports = reportKinds.map(
    (kind): OfferedReport => ({
      reportName: `METADATA_${kind.reportName}`,
      reportSpecifierID: kind.specifierId,
      reportRequestID: metadataFor ?? '0',
      createdDateTimeMs: nowMs,
      durationS: kind.keptS,
      descriptions: scopes.flatMap((scope) => kind.measures.map((measure) => describe(scope, measure))),
    }),
  )
  return {
    type: 'oadrRegisterReport',
    requestID,
    venID,
    reports: scopes.length > 0 ? reports : [],
    ...(metadataFor === undefined ? {} : { reportRequestID: metadataFor }),
  }
}
