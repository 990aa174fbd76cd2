/** Offers the VTN the reports that Drover can give of its programs (EiReport, METADATA_ reports). */
import { type Measure, reportKinds, rIdOf } from '../../reporting/data-points.ts'
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
const describe = (programId: string, measure: Measure): ReportDescription => ({
  rID: rIdOf({ programId, measure }),
  reportType: measure === 'status' ? 'x-resourceStatus' : measure,
  ...(measure === 'status' ? {} : { itemBase: energyReal() }),
  readingType: readingTypes[measure],
  samplingRate,
})

/** One offer of every report, with a data point per program and measure; without programs there is nothing to offer. */
export function offerReports(options: {
  readonly requestID: string
  readonly venID: string
  readonly programIds: readonly string[]
  readonly metadataFor: string | undefined
  readonly nowMs: number
}): OadrRegisterReport {
  const { requestID, venID, programIds, metadataFor, nowMs } = options
  const reports = reportKinds.map(
    (kind): OfferedReport => ({
      reportName: `METADATA_${kind.reportName}`,
      reportSpecifierID: kind.specifierId,
      reportRequestID: metadataFor ?? '0',
      createdDateTimeMs: nowMs,
      durationS: kind.keptS,
      descriptions: programIds.flatMap((programId) => kind.measures.map((measure) => describe(programId, measure))),
    }),
  )
  return {
    type: 'oadrRegisterReport',
    requestID,
    venID,
    reports: programIds.length > 0 ? reports : [],
    ...(metadataFor === undefined ? {} : { reportRequestID: metadataFor }),
  }
}
