/** The role that charging stations connect to. */
import { startOcpp } from '../../connectors/ocpp/role.ts'
import type { Authenticate } from '../../connectors/ocpp/server/upgrade.ts'
import { followKnown } from './known-devices.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'
import { checkPassword, readStations } from './stations.ts'

export async function startOcppRole(parts: RoleParts): Promise<RunningRole> {
  const { environment, session, log } = parts
  const { stack, clock, node } = environment
  const stations = await followKnown('ocpp', parts)
  const passwords = readStations(stack.stationsFile)
  const authenticate: Authenticate = async (id, credentials) => {
    if (!stations.has(id)) return 'unknown'
    const password = credentials.kind === 'password' ? credentials.password : undefined
    return password !== undefined && checkPassword(passwords, id, password) ? 'accepted' : 'denied'
  }
  const ocpp = await startOcpp({
    port: Number(new URL(stack.ocppUrl).port),
    authenticate,
    writer: await session.writer(),
    reader: session.reader(),
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
