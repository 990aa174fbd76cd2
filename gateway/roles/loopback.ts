/** The role that loopback devices connect to: the protocol that others are copied from. */
import { startLoopback } from '../../connectors/loopback/role.ts'
import { followKnown } from './known-devices.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'
import { checkPassword, readStations } from './stations.ts'

export async function startLoopbackRole({ environment, session, log }: RoleParts): Promise<RunningRole> {
  const { stack, clock, node } = environment
  const devices = await followKnown('loopback', { session })
  const keys = readStations(stack.stationsFile)
  const loopback = await startLoopback({
    port: stack.loopbackPort,
    admit: async (id, key) => devices.has(id) && checkPassword(keys, id, Buffer.from(key)),
    writer: await session.writer(),
    reader: session.follower(),
    clock,
    node,
    log: (line) => log.info({ role: 'loopback' }, line),
  })
  return {
    failed: never,
    stop: async () => {
      await loopback.stop()
      await devices.stop()
    },
  }
}
