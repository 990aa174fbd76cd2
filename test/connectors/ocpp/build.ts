/** Attributes, segments and raw telemetry of a station, for tests of the connector. */
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { someAttributes as attributes } from '../../build/changes.ts'

export const NOW_MS = Date.UTC(2026, 6, 1, 12)
export const HOUR_MS = 3_600_000

/** A three-phase station of 11 kW that takes limits in W. */
export const someAttributes = (changes: Partial<DeviceAttributes> = {}): DeviceAttributes =>
  attributes({ ratedW: 11_040, minimumW: 0, ...changes })

export const aSegment = (startMs: number, endMs: number, limitW: number, level = '1'): Segment => ({
  startMs,
  endMs,
  limitW,
  level,
  eventId: 'E',
  programId: 'P',
})

export function aFrame(action: string, payload: object, deviceId = 'CP-1'): RawTelemetry {
  const body = Buffer.from(JSON.stringify([2, '1', action, payload]))
  return {
    deviceId,
    protocol: 'ocpp',
    kind: action,
    source: 'n',
    receivedMs: NOW_MS,
    epoch: 0,
    contentType: 'application/json',
    body,
    sha256: sha256Hex(body),
  }
}
