/** Asks Enphase for the intervals of a system: epoch seconds, a day or a week in a call, one system each. */
import type { CloudTelemetry } from '../../cloud/polling/telemetry.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Streams, which are also the last part of their path, and kinds of raw records after `enphase.`. */
export const STREAMS = ['production_meter', 'production_micro', 'battery'] as const
export type EnphaseStream = (typeof STREAMS)[number]

const PREFIX = 'enphase.'
export const streamOfKind = (kind: string): EnphaseStream | undefined => STREAMS.find((stream) => kind === `${PREFIX}${stream}`)

/** What is asked of a site: its battery, or its panels by meter or, where it has none, by inverter (`extra.meter` = micro). */
function streamOfExtra(extra: Readonly<Record<string, string>>): EnphaseStream {
  if (extra.asset === 'battery') return 'battery'
  return extra.meter === 'micro' ? 'production_micro' : 'production_meter'
}

export const enphaseTelemetry: CloudTelemetry = {
  streamsOf: ({ extra }) => [streamOfExtra(extra)],
  streamOf({ extra }, channel) {
    const stream = streamOfExtra(extra)
    const channels = stream === 'battery' ? ['import', 'export'] : ['generation']
    return channels.includes(channel) ? stream : undefined
  },
  stepMs: 15 * MINUTE_MS,
  readyMs: 15 * MINUTE_MS,
  denseMs: 15 * MINUTE_MS,
  restatedDays: 2,
  longestMs: 7 * DAY_MS,
  historyMs: 365 * DAY_MS,
  devicesPerCall: 1,
  daysOf: 'utc',
  ask(stream, devices, { fromMs, untilMs }) {
    const granularity = untilMs - fromMs > DAY_MS ? 'week' : 'day'
    const id = encodeURIComponent(devices[0]?.vendorId ?? '')
    return {
      method: 'GET',
      path: `v4/systems/${id}/telemetry/${stream}`,
      query: { start_at: String(Math.floor(fromMs / 1000)), granularity },
    }
  },
  share: ({ bytes, contentType }, stream, devices) =>
    devices.map(({ deviceId }) => ({ deviceId, kind: `${PREFIX}${stream}`, contentType, body: bytes })),
}
