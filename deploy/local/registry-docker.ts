/** Runs the schema registry in a container; its state is in Kafka. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { versions } from './cache.ts'
import { containerNameOf, startContainer } from './docker.ts'
import { stablePort } from './free-port.ts'
import type { LocalRegistry, LocalRegistryOptions } from './registry.ts'
import { localRegistryIsReady, REGISTRY_JVM, registryUrlOf, renderRegistryVariables } from './registry-config.ts'

/** As `startRegistry`, in a container of the official image, or of any other that has the registry in /deployments. */
export const startRegistryContainer = async (
  options: Omit<LocalRegistryOptions, 'cacheDir'> & { readonly image?: string },
): Promise<LocalRegistry> => {
  const { brokers, log, env = {}, image = versions.registryImage } = options
  const dir = resolve(options.dataDir)
  mkdirSync(dir, { recursive: true })
  const port = await stablePort(join(dir, 'ports.json'), 'registry', options.port)
  const startedMs = performance.now()
  const child = await startContainer({
    name: 'the schema registry container',
    image,
    containerName: containerNameOf('registry', dir),
    script: `exec java ${REGISTRY_JVM.join(' ')} -jar /deployments/apicurio-registry-app-*-runner.jar`,
    variables: renderRegistryVariables(brokers, port),
    env,
    logFile: join(dir, 'registry.out'),
    ready: { probe: () => localRegistryIsReady(port) },
    timeLimitMs: 180_000,
  })
  const url = registryUrlOf(port)
  log(`the schema registry answers at ${url} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s (container of ${image})`)
  return { url, stop: child.stop }
}
