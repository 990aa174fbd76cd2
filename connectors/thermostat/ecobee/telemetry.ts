/** Asks ecobee for runtime reports: five-minute rows of up to 25 thermostats and 31 days, UTC, and shares out the answer. */
import { z } from 'zod'
import { mediaType } from '../../cloud/media-type.ts'
import type { CloudTelemetry, DeviceBody } from '../../cloud/polling/telemetry.ts'
import { powersOf } from '../powers.ts'
import { checkStatus, selectionOf } from './status.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const STEP_MS = 5 * MINUTE_MS

/** A report with the one thermostat that the record is about. */
export const RUNTIME_REPORT = 'ecobee.runtimeReport'
/** Seconds of running within each interval. */
export const COLUMNS = ['compCool1', 'compHeat1', 'auxHeat1'] as const

const report = z.looseObject({ reportList: z.array(z.looseObject({ thermostatIdentifier: z.string() })) })

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
/** Interval of its day, 0 to 287. */
const intervalOf = (atMs: number): number => Math.floor((atMs % DAY_MS) / STEP_MS)

export const ecobeeTelemetry: CloudTelemetry = {
  streamsOf: () => ['runtime'],
  streamOf: (_, channel) => (channel === 'import' ? 'runtime' : undefined),
  stepMs: STEP_MS,
  // Reports lag by up to an hour; most values are there after a quarter.
  readyMs: 15 * MINUTE_MS,
  denseMs: 15 * MINUTE_MS,
  restatedDays: 2,
  longestMs: 30 * DAY_MS,
  historyMs: 365 * DAY_MS,
  devicesPerCall: 25,
  daysOf: 'utc',
  ask(_, devices, { fromMs, untilMs }) {
    const last = untilMs - STEP_MS
    const request = {
      startDate: dayOf(fromMs),
      startInterval: intervalOf(fromMs),
      endDate: dayOf(last),
      endInterval: intervalOf(last),
      columns: COLUMNS.join(','),
      selection: selectionOf(devices.map(({ vendorId }) => vendorId)),
    }
    return { method: 'GET', path: 'runtimeReport', query: { format: 'json', body: JSON.stringify(request) } }
  },
  share({ json, contentType }, _, devices): readonly DeviceBody[] {
    checkStatus(json)
    const answer = report.parse(json)
    return devices.flatMap(({ deviceId, vendorId, attributes }) => {
      const own = answer.reportList.filter(({ thermostatIdentifier }) => thermostatIdentifier === vendorId)
      if (own.length === 0) return []
      const body = Buffer.from(JSON.stringify({ ...answer, reportList: own }))
      return [{ deviceId, kind: RUNTIME_REPORT, contentType: mediaType(contentType, powersOf(attributes)), body }]
    })
  },
}
