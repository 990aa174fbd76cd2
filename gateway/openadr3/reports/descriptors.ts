/** Says what a reportDescriptor asks for in Drover's terms, or why it cannot be given. */
import { hashId } from '../../../topics/ids.ts'
import type { Measure } from '../../reporting/data-points.ts'
import type { ReportDescriptor } from '../model/event.ts'

/** How a payload type of reports comes about (Definition.md, report payload types). */
export type ReportType = EnergyType | StateType

/** A number per interval, from the rows that gateway/reporting reads. */
export interface EnergyType {
  readonly specifierId: 'telemetry-usage' | 'history-usage'
  readonly measure: Measure
  readonly units: 'KWH' | 'KW'
  readonly readingTypes: readonly string[]
}

/** A word, from what became of the commands of the event. */
export interface StateType {
  readonly specifierId: 'operating-state'
  readonly units: undefined
  readonly readingTypes: readonly string[]
}

const types: Readonly<Record<string, ReportType>> = {
  USAGE: { specifierId: 'telemetry-usage', measure: 'usage', units: 'KWH', readingTypes: ['DIRECT_READ', 'SUMMED'] },
  DEMAND: { specifierId: 'telemetry-usage', measure: 'usage', units: 'KW', readingTypes: ['DIRECT_READ', 'SUMMED', 'MEAN', 'AVERAGE'] },
  BASELINE: { specifierId: 'history-usage', measure: 'baseline', units: 'KWH', readingTypes: ['DIRECT_READ', 'SUMMED', 'ESTIMATED'] },
  DELTA_USAGE: { specifierId: 'history-usage', measure: 'deltaUsage', units: 'KWH', readingTypes: ['DIRECT_READ', 'SUMMED', 'ESTIMATED'] },
  OPERATING_STATE: { specifierId: 'operating-state', units: undefined, readingTypes: ['DIRECT_READ'] },
}

/** Never asked for in vain without a word: the reason is recorded with the report that is not made. */
export function reportTypeOf(descriptor: ReportDescriptor): ReportType | { readonly unsupported: string } {
  const { payloadType, readingType = 'DIRECT_READ', units, historical = true, reportIntervals = 'INTERVALS' } = descriptor
  const type = types[payloadType]
  if (!type) return { unsupported: `payloadType: ${payloadType} is none of ${Object.keys(types).join(', ')}` }
  if (!historical) return { unsupported: 'historical: forecasts are not made' }
  if (!type.readingTypes.includes(readingType))
    return { unsupported: `readingType: ${readingType} is none of ${type.readingTypes.join(', ')}` }
  if (units !== undefined && units !== type.units)
    return { unsupported: `units: ${payloadType} comes in ${type.units ?? 'words'}, not in ${units}` }
  if (reportIntervals !== 'INTERVALS') return { unsupported: `reportIntervals: ${reportIntervals} is not given, only INTERVALS` }
  return type
}

/** The name of all reports of one descriptor, whatever its place in the list. */
export const descriptorKey = (eventID: string, descriptor: ReportDescriptor): string =>
  `${eventID}/${hashId(JSON.stringify(descriptor)).slice(0, 12)}`

/** Reports of one descriptor differ by period. */
export const requestIdOf = (key: string, fromMs: number, untilMs: number): string => `${key}/${fromMs}-${untilMs}`

/** The parts of a requestId; undefined for one that is not of this form. */
export function requestParts(requestId: string): { readonly eventID: string; readonly key: string; readonly untilMs: number } | undefined {
  const match = /^(([^/]+)\/[0-9a-f]{12})\/-?\d+-(\d+)$/.exec(requestId)
  return match ? { key: match[1] ?? '', eventID: match[2] ?? '', untilMs: Number(match[3]) } : undefined
}
