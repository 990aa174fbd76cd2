/** Writes a report on the log in the form of OpenADR 3: the intervals of the event, with values and their quality. */
import type { Quality } from '../../../schemas/common.ts'
import type { ReportAsked, UtilityReport } from '../../../schemas/utility.ts'
import { hashId } from '../../../topics/ids.ts'
import { dataPointOf } from '../../reporting/data-points.ts'
import { formatDateTime } from '../date-time.ts'
import { formatDuration } from '../duration.ts'
import type { TimedInterval } from '../interval-times.ts'
import type { Event, ReportDescriptor } from '../model/event.ts'
import type { Revision } from '../revision.ts'
import type { EnergyType, ReportType } from './descriptors.ts'
import { operatingState } from './operating-state.ts'
import type { Rounds } from './rounds.ts'

/** Definition.md, data quality. */
const dataQuality: Readonly<Record<Quality, 'OK' | 'ESTIMATED' | 'MISSING'>> = {
  measured: 'OK',
  edited: 'OK',
  estimated: 'ESTIMATED',
  modelled: 'ESTIMATED',
  missing: 'MISSING',
}

/** The resource name for sums over several resources. */
export const AGGREGATED = 'AGGREGATED_REPORT'

type ReportPoint = UtilityReport['points'][number]
type Span = Pick<TimedInterval, 'startMs' | 'endMs'>

interface Energy {
  readonly wh: number
  readonly quality: 'OK' | 'ESTIMATED' | 'MISSING'
}

/** Energy between two instants; where the steps of the report do not end there, the rest is taken pro rata, and called an estimate. */
export function energyIn(report: UtilityReport, { values, qualities }: ReportPoint, { startMs, endMs }: Span): Energy {
  let [wh, covered, estimated] = [0, 0, false]
  for (const [index, value] of values.entries()) {
    const fromMs = report.startMs + index * report.stepS * 1000
    const overlapMs = Math.min(endMs, fromMs + report.stepS * 1000) - Math.max(startMs, fromMs)
    const quality = dataQuality[qualities[index] ?? 'missing']
    if (overlapMs <= 0 || quality === 'MISSING') continue
    wh += (value * overlapMs) / (report.stepS * 1000)
    covered += overlapMs
    estimated ||= quality === 'ESTIMATED' || overlapMs < report.stepS * 1000
  }
  if (covered === 0) return { wh: 0, quality: 'MISSING' }
  return { wh, quality: estimated || covered < endMs - startMs ? 'ESTIMATED' : 'OK' }
}

/** One sum; what is missing from some only makes it an estimate. */
function added(parts: readonly Energy[]): Energy {
  const known = parts.filter(({ quality }) => quality !== 'MISSING')
  if (known.length === 0) return { wh: 0, quality: 'MISSING' }
  const whole = known.length === parts.length && known.every(({ quality }) => quality === 'OK')
  return { wh: known.reduce((sum, { wh }) => sum + wh, 0), quality: whole ? 'OK' : 'ESTIMATED' }
}

/** KWH and KW to the thousandth, since Wh are whole. */
const inUnits = (wh: number, units: EnergyType['units'], { startMs, endMs }: TimedInterval): number =>
  Math.round(units === 'KWH' ? wh : (wh * 3_600_000) / (endMs - startMs)) / 1000

interface Told {
  readonly value: number | string
  readonly quality: Energy['quality']
}

/** An entry of the list of resources, and what its values are added up from. */
interface Entry {
  readonly resourceName: string
  readonly points: readonly ReportPoint[]
}

/** One entry for each resource, unless they are wanted as one sum, or what is reported on is no resource. */
function entriesOf({ points }: UtilityReport, type: ReportType, { aggregate }: ReportDescriptor): readonly Entry[] {
  const all = [{ resourceName: AGGREGATED, points }]
  if (type.specifierId === 'operating-state' || aggregate === true) return all
  const entries = points.flatMap((point): Entry[] => {
    const resourceName = dataPointOf({ measures: [type.measure] }, point.rId)?.resourceId
    return resourceName ? [{ resourceName, points: [point] }] : []
  })
  return entries.length === points.length ? entries : all
}

/** What is told of one interval. The operating state is known at the end of the period only, hence of its last interval. */
function tell(report: UtilityReport, entry: Entry, type: ReportType, interval: TimedInterval, request: ReportAsked): Told {
  if (type.specifierId === 'operating-state')
    return interval.endMs === request.untilMs ? { value: operatingState(report), quality: 'OK' } : { value: '', quality: 'MISSING' }
  const { wh, quality } = added(entry.points.map((point) => energyIn(report, point, interval)))
  return { value: inUnits(wh, type.units, interval), quality }
}

function intervalOf(payloadType: string, interval: TimedInterval, { value, quality }: Told) {
  return {
    id: interval.id,
    intervalPeriod: { start: formatDateTime(interval.startMs), duration: formatDuration((interval.endMs - interval.startMs) / 1000) },
    payloads: [...(quality === 'MISSING' ? [] : [{ type: payloadType, values: [value] }]), { type: 'DATA_QUALITY', values: [quality] }],
  }
}

/** Intervals of the event within the period asked for. */
function intervalsIn(rounds: Rounds, { fromMs, untilMs }: ReportAsked): readonly TimedInterval[] {
  const round = Math.max(0, Math.floor((fromMs - rounds.at(0).startMs) / rounds.roundMs))
  const found: TimedInterval[] = []
  for (let n = round * rounds.intervals.length; n < rounds.count && rounds.at(n).startMs < (untilMs ?? 0); n++)
    if (rounds.at(n).startMs >= fromMs) found.push(rounds.at(n))
  return found
}

/** By this name the VTN's copy is found again; a restated report has the same one, and replaces it. */
export const reportNameOf = (request: ReportAsked): string => `drover-${hashId(request.reportRequestId)}`

export interface ToWrite {
  readonly revision: Revision
  readonly venName: string
  readonly event: Event
  readonly descriptor: ReportDescriptor
  readonly type: ReportType
  readonly rounds: Rounds
}

const contextOf = (type: ReportType, readingType: string | undefined): object =>
  type.specifierId === 'operating-state' ? {} : { units: type.units, readingType: readingType ?? 'SUMMED' }

/** undefined: no interval of the event lies in the period any more. */
export function writeReport(report: UtilityReport, request: ReportAsked, to: ToWrite): object | undefined {
  const { revision, venName, event, descriptor, type, rounds } = to
  const { payloadType, readingType } = descriptor
  const intervals = intervalsIn(rounds, request)
  if (intervals.length === 0) return undefined
  return {
    objectType: 'REPORT',
    ...(revision === '3.0' ? { programID: event.programID } : {}),
    eventID: event.id,
    clientName: venName,
    reportName: reportNameOf(request),
    payloadDescriptors: [
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType, ...contextOf(type, readingType) },
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'DATA_QUALITY' },
    ],
    resources: entriesOf(report, type, descriptor).map((entry) => ({
      resourceName: entry.resourceName,
      intervals: intervals.map((one) => intervalOf(payloadType, one, tell(report, entry, type, one, request))),
    })),
  }
}
