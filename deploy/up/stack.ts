/** Starts a whole local stack on one data folder: broker, registry, topics, secrets, and the processes of Drover; and stops what it started. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureUsers } from '../../gateway/analytics/users.ts'
import { removeStack, type Stack, writeStack } from '../../gateway/cli/stack-file.ts'
import { ensureTokens } from '../../gateway/rest/tokens.ts'
import { ensureStations } from '../../gateway/roles/stations.ts'
import { ensureSep2Settings } from '../../gateway/sep2/local-authority.ts'
import { changelogTopics } from '../../processors/runtime/changelog.ts'
import { topology } from '../../processors/topology.ts'
import { catalogue } from '../../topics/catalogue.ts'
import { provision } from '../../topics/provision/provision.ts'
import { createSchemas } from '../../topics/registry.ts'
import { type Child, startChild } from '../local/child.ts'
import { stablePort } from '../local/free-port.ts'
import { startInfrastructure } from '../local/infrastructure.ts'
import { heapFlags, type ProcessName, processes } from './processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const START_LIMIT_MS = 120_000

export interface StackOptions {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
  /** null = the real clock. */
  readonly clock: Stack['clock']
  readonly devicePartitions: number | null
}

export interface RunningStack {
  readonly stack: Stack
  readonly logFile: (name: ProcessName) => string
  readonly pidOf: (name: ProcessName) => number
  /** Settles with words when a process of Drover ends by itself. */
  readonly failed: Promise<string>
  /** Starts a process that has ended, as an operator's supervisor would. */
  restart(name: ProcessName): Promise<void>
  stop(): Promise<void>
}

async function choosePorts(
  dataDir: string,
): Promise<Record<'clickhouse' | 'rest' | 'ocpp' | 'sep2' | 'loopback' | 'thermostatWebhook', number>> {
  const file = join(dataDir, 'ports.json')
  const clickhouse = await stablePort(file, 'clickhouse')
  const rest = await stablePort(file, 'rest')
  const ocpp = await stablePort(file, 'ocpp')
  const sep2 = await stablePort(file, 'sep2')
  const loopback = await stablePort(file, 'loopback')
  return { clickhouse, rest, ocpp, sep2, loopback, thermostatWebhook: await stablePort(file, 'thermostatWebhook') }
}

async function describeStack(options: StackOptions, brokers: string, registryUrl: string, devicePartitions: number): Promise<Stack> {
  const { dataDir, clock } = options
  const ports = await choosePorts(dataDir)
  const secret = (name: string) => join(dataDir, 'secrets', name)
  ensureUsers(secret('clickhouse-users.json'))
  ensureTokens(secret('tokens.json'))
  ensureStations(secret('stations.json'))
  const sep2File = secret(join('sep2', 'settings.json'))
  await ensureSep2Settings(sep2File, ['127.0.0.1', 'localhost'])
  return {
    brokers,
    registryUrl,
    devicePartitions,
    clock,
    clickhouseUrl: `http://127.0.0.1:${ports.clickhouse}`,
    clickhouseUsersFile: secret('clickhouse-users.json'),
    restUrl: `http://127.0.0.1:${ports.rest}`,
    tokensFile: secret('tokens.json'),
    ocppUrl: `ws://127.0.0.1:${ports.ocpp}/ocpp`,
    stationsFile: secret('stations.json'),
    sep2Url: `https://127.0.0.1:${ports.sep2}`,
    sep2File,
    vtnsFile: join(dataDir, 'vtns.json'),
    loopbackPort: ports.loopback,
    credentialsDir: join(dataDir, 'credentials'),
    thermostatWebhookPort: ports.thermostatWebhook,
  }
}

/** Resolves when every process is ready. If one fails, all that was started is stopped before this throws. */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { dataDir, env, log } = options
  const infrastructure = await startInfrastructure({ dataDir, env, log })
  const children = new Map<ProcessName, Child>()
  let stopping = false
  let fail: (words: string) => void = () => undefined
  const failed = new Promise<string>((resolve) => {
    fail = resolve
  })
  const logFile = (name: ProcessName) => join(dataDir, 'logs', `${name}.log`)

  const start = async (name: ProcessName): Promise<void> => {
    const roles = processes.find((process) => process.name === name)?.roles ?? []
    const child = await startChild({
      name: `drover ${name}`,
      command: process.execPath,
      args: [...heapFlags, '--import', 'tsx', join(root, 'gateway/cli/main.ts'), 'run', '--roles', roles.join(',')],
      env: { ...env, DROVER_DATA: dataDir, DROVER_NODE: name, UV_THREADPOOL_SIZE: '16' },
      cwd: root,
      logFile: logFile(name),
      ready: { line: /drover is ready/ },
      timeLimitMs: START_LIMIT_MS,
    })
    children.set(name, child)
    void child.exited.then((words) => {
      if (!stopping && children.get(name) === child) fail(`drover ${name} ${words}; its log is ${logFile(name)}`)
    })
  }

  const stop = async (): Promise<void> => {
    stopping = true
    const askers = processes.filter(({ name }) => name !== 'analytics')
    await Promise.all(askers.map(({ name }) => children.get(name)?.stop()))
    await children.get('analytics')?.stop()
    await infrastructure.stop()
    removeStack(dataDir)
  }

  try {
    const schemas = createSchemas({ url: infrastructure.registryUrl })
    const topics = [...catalogue, ...topology.subTopologies.flatMap(changelogTopics)]
    log('creating topics and registering schemas')
    const plan = await provision({ brokers: infrastructure.brokers, topics, devicePartitions: options.devicePartitions }, schemas)
    const stack = await describeStack(options, infrastructure.brokers, infrastructure.registryUrl, plan.devicePartitions)
    writeStack(dataDir, stack)
    log(`starting ${processes.map(({ name }) => name).join(', ')}`)
    await Promise.all(processes.map(({ name }) => start(name)))
    return { stack, logFile, failed, pidOf: (name) => children.get(name)?.pid ?? 0, restart: start, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
