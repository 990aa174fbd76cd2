/** Runs the schema registry on this machine's Java; its state is in Kafka. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { registryDir, registryJar, requireComplete } from './cache.ts'
import { startChild } from './child.ts'
import { stablePort } from './free-port.ts'
import { javaCommand } from './java.ts'
import { localRegistryIsReady, REGISTRY_JVM, registryUrlOf, renderRegistryVariables } from './registry-config.ts'

export type LocalRegistry = {
  /** Base address of the Confluent-compatible API. */
  readonly url: string
  stop(): Promise<void>
}

export type LocalRegistryOptions = {
  /** Holds the port and the output. */
  readonly dataDir: string
  /** Where set-up unpacked the registry. */
  readonly cacheDir: string
  /** Comma-separated list of host:port. */
  readonly brokers: string
  /** Only this port; left out, the one that the folder remembers, or a free one. */
  readonly port?: number
  readonly log: (line: string) => void
  /** The process's environment; left out, a bare one with `java` from the usual places. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Starts the registry and resolves when it answers a real request. Throws with the end of its output if it does not. */
export const startRegistry = async (options: LocalRegistryOptions): Promise<LocalRegistry> => {
  const { cacheDir, brokers, log, env = {} } = options
  requireComplete(registryDir(cacheDir), 'the schema registry')
  const dir = resolve(options.dataDir)
  mkdirSync(dir, { recursive: true })
  const port = await stablePort(join(dir, 'ports.json'), 'registry', options.port)
  const startedMs = performance.now()
  const child = await startChild({
    name: 'the schema registry',
    command: javaCommand(env),
    args: [...REGISTRY_JVM, '-jar', registryJar(cacheDir)],
    env: { ...env, ...renderRegistryVariables(brokers, port) },
    cwd: dir,
    logFile: join(dir, 'registry.out'),
    ready: { probe: () => localRegistryIsReady(port) },
    timeLimitMs: 180_000,
  })
  const url = registryUrlOf(port)
  log(`the schema registry answers at ${url} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
  return { url, stop: child.stop }
}
