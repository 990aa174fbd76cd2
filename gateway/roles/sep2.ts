/** The role that clients of IEEE 2030.5 connect to. */
import { createClockHistogram } from '../../connectors/delivery/clock-histogram.ts'
import { followClients } from '../../connectors/sep2/clients/follow.ts'
import { type RunningSep2, startSep2 } from '../../connectors/sep2/role.ts'
import { type Credentials, readCredentials } from '../../connectors/sep2/tls/credentials.ts'
import { readSep2Settings, type Sep2Settings } from '../sep2/settings.ts'
import { watchFiles } from '../sep2/watch.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

const credentialsOf = ({ certFile, keyFile, caFile, crlFile }: Sep2Settings): Credentials =>
  readCredentials({ cert: certFile, key: keyFile, ca: caFile, crl: crlFile })

export async function startSep2Role({ environment, session, log, registry }: RoleParts): Promise<RunningRole> {
  const { stack, clock, node } = environment
  const settings = readSep2Settings(stack.sep2File)
  const { hostname, port } = new URL(stack.sep2Url)
  const running: { sep2?: RunningSep2 } = {}
  const clients = await followClients(session.follower(), clock, (deviceId) => running.sep2?.onChanged(deviceId))
  const sep2 = await startSep2({
    host: hostname,
    port: Number(port),
    credentials: credentialsOf(settings),
    settings,
    clients,
    skew: createClockHistogram(registry, 'sep2'),
    writer: await session.writer(),
    reader: session.follower(),
    clock,
    node,
    log: (line) => log.info({ role: 'sep2' }, line),
  })
  running.sep2 = sep2
  const unwatch = watchCredentials(settings, sep2, log)
  return {
    failed: never,
    stop: async () => {
      unwatch()
      await sep2.stop()
      await clients.stop()
    },
  }
}

/** Files that do not fit together, as while they are being replaced, leave what was believed before. Returns what stops it. */
function watchCredentials(settings: Sep2Settings, sep2: RunningSep2, log: RoleParts['log']): () => void {
  const { certFile, keyFile, caFile, crlFile } = settings
  const renew = async (): Promise<void> => {
    try {
      await sep2.renew(credentialsOf(settings))
      log.info({ role: 'sep2' }, 'credentials were read again; all clients shake hands anew')
    } catch (error) {
      log.error({ role: 'sep2' }, `credentials: ${error instanceof Error ? error.message : String(error)}; the former ones stay`)
    }
  }
  return watchFiles([certFile, keyFile, caFile, ...(crlFile === undefined ? [] : [crlFile])], () => void renew())
}
