/** Knows the stations that are enrolled, by following their state, and says whether one may connect. */
import type { Following, LogReader } from '../../processors/runtime/log.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { enrollmentState } from '../../topics/catalogue.ts'
import type { Authenticate } from './server.ts'

export interface KnownStations {
  has(stationId: string): boolean
  count(): number
  /** Settles when all that is enrolled now is known. */
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}

/** A terminated station is still known: it may be owed a release, and its telemetry settles what it took part in. */
export async function followStations(reader: LogReader): Promise<KnownStations> {
  const known = new Set<string>()
  const following: Following = await reader.follow<DeviceState>([enrollmentState], 'beginning', (records) => {
    for (const { key, value } of records) {
      if (value?.attributes.protocol === 'ocpp') known.add(key)
      else known.delete(key)
    }
  })
  return { has: (stationId) => known.has(stationId), count: () => known.size, caughtUp: following.caughtUp, stop: following.stop }
}

/** Admits who is enrolled and has the right password; `check` compares in constant time and knows the secrets. */
export function authenticateBy(
  stations: Pick<KnownStations, 'has' | 'caughtUp'>,
  check: (stationId: string, password: Uint8Array) => boolean,
): Authenticate {
  return async (stationId, password) => {
    await stations.caughtUp
    if (!stations.has(stationId)) return 'unknown'
    return password !== undefined && check(stationId, password) ? 'accepted' : 'denied'
  }
}
