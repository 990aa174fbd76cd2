/** The role that charging stations connect to. */
import { createOcppInstruments } from '../../connectors/ocpp/instruments.ts'
import { startOcpp } from '../../connectors/ocpp/role.ts'
import { isOwn } from '../../connectors/ocpp/server/credentials.ts'
import type { Authenticate } from '../../connectors/ocpp/server/upgrade.ts'
import { followKnown, type KnownDevices } from './known-devices.ts'
import { readOcppSettings } from './ocpp-settings.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'
import { checkPassword, readStations, type Stations } from './stations.ts'

/** A password from the file of stations, or a certificate of the station's own: its common name is the id, or its fingerprint is registered. */
export function authenticator(stations: Pick<KnownDevices, 'registered'>, passwords: Stations): Authenticate {
  return async (id, credentials) => {
    const known = stations.registered(id)
    if (!known) return 'unknown'
    if (credentials.kind === 'certificate') return isOwn(id, credentials, known.attributes.extra.certificateSha256) ? 'accepted' : 'denied'
    const { password } = credentials
    return password !== undefined && checkPassword(passwords, id, password) ? 'accepted' : 'denied'
  }
}

export async function startOcppRole(parts: RoleParts): Promise<RunningRole> {
  const { environment, session, log, registry } = parts
  const { stack, clock, node, ocppFile } = environment
  const stations = await followKnown('ocpp', parts)
  const ocpp = await startOcpp({
    port: Number(new URL(stack.ocppUrl).port),
    ...readOcppSettings(ocppFile),
    authenticate: authenticator(stations, readStations(stack.stationsFile)),
    registered: stations.registered,
    instruments: createOcppInstruments(registry),
    writer: await session.writer(),
    reader: session.follower(),
    clock,
    node,
    log: (line) => log.info({ role: 'ocpp' }, line),
  })
  return {
    failed: never,
    stop: async () => {
      await ocpp.stop()
      await stations.stop()
    },
  }
}
