/** Raw telemetry as connectors write it; to be changed where a test needs it. */
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import { sha256Hex } from '../../topics/ids.ts'

/** A JSON body, received long after what it tells of. */
export function rawJson(json: unknown, changes: Partial<RawTelemetry> = {}): RawTelemetry {
  const body = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json))
  const how = { source: 'test', receivedMs: Date.UTC(2030, 0, 1), epoch: -1, contentType: 'application/json' }
  return { deviceId: 'd-1', protocol: 'inverter', kind: '', ...how, body, sha256: sha256Hex(body), ...changes }
}
