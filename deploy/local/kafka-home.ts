/** Lays out the folder that a local broker lives in: ports, configuration, log, output. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isListening, stablePort } from './free-port.ts'
import { renderKafkaConfig } from './kafka-config.ts'

export type KafkaHome = {
  readonly dir: string
  readonly configFile: string
  /** What the broker prints. */
  readonly logFile: string
  /** host:port, as clients take it. */
  readonly brokers: string
  /** Given when the log folder has not been formatted yet. */
  readonly newClusterId?: string
}

/** 16 random bytes in base64url; Kafka refuses a leading dash, and has reserved the smallest few. */
const randomClusterId = (): string => {
  const id = randomBytes(16).toString('base64url')
  return /^(-|AAAA)/.test(id) ? randomClusterId() : id
}

type Occupant = { readonly pid: number; readonly brokers: string }

const occupantFile = (dir: string): string => join(dir, 'running.json')

/** Notes who serves from the folder, so that a second broker does not start in it. */
export const noteRunning = (dir: string, occupant: Occupant): void => writeFileSync(occupantFile(dir), JSON.stringify(occupant))

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A note alone proves nothing after a kill: the process must live, and its port must be open. */
const refuseOccupied = async (dir: string): Promise<void> => {
  if (!existsSync(occupantFile(dir))) return
  const { pid, brokers } = JSON.parse(readFileSync(occupantFile(dir), 'utf8')) as Occupant
  if (!isAlive(pid) || !(await isListening(Number(brokers.split(':')[1])))) return
  throw new Error(`a broker (process ${pid}, at ${brokers}) already runs in ${dir}: stop it first, or choose another folder`)
}

/** Chooses the ports (only `port` for the broker if given, else those that the folder remembers) and writes the configuration. Throws if a broker runs there. */
export const prepareKafkaHome = async (dataDir: string, port?: number): Promise<KafkaHome> => {
  const dir = resolve(dataDir)
  mkdirSync(dir, { recursive: true })
  await refuseOccupied(dir)
  const portsFile = join(dir, 'ports.json')
  const broker = await stablePort(portsFile, 'broker', port)
  const controller = await stablePort(portsFile, 'controller')
  const configFile = join(dir, 'server.properties')
  writeFileSync(configFile, renderKafkaConfig(join(dir, 'log'), { broker, controller }))
  const isFormatted = existsSync(join(dir, 'log', 'meta.properties'))
  const home = { dir, configFile, logFile: join(dir, 'kafka.out'), brokers: `127.0.0.1:${broker}` }
  return isFormatted ? home : { ...home, newClusterId: randomClusterId() }
}
