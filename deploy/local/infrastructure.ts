/** Provides the broker and the schema registry that everything else runs on: those it is told of, else local ones. */
import { join } from 'node:path'
import { cacheDirOf, isComplete, kafkaDir, registryDir, versions } from './cache.ts'
import { dockerAnswers, imageIsHere, pullImage } from './docker.ts'
import { startKafka } from './kafka.ts'
import { startKafkaContainer } from './kafka-docker.ts'
import { kafkaAnswers } from './kafka-ready.ts'
import { startRegistry } from './registry.ts'
import { registryAnswers } from './registry-config.ts'
import { startRegistryContainer } from './registry-docker.ts'

type Env = Readonly<Record<string, string | undefined>>

export type InfrastructureOptions = {
  /** State of what runs locally, in one folder per server. */
  readonly dataDir: string
  readonly log: (line: string) => void
  /** KAFKA_BROKERS and SCHEMA_REGISTRY_URL name servers that run already; DROVER_CACHE, PATH and JAVA_HOME matter for local ones. */
  readonly env: Env
}

export type Infrastructure = {
  /** Comma-separated list of host:port. */
  readonly brokers: string
  /** Base address of a Confluent-compatible registry. */
  readonly registryUrl: string
  /** Stops what was started here, and nothing else. */
  stop(): Promise<void>
}

type Backend = 'container' | 'java'

const PULL_LIMIT_MS = 600_000

/** Docker if it answers and has the image; else Java if set-up fetched the jars; else Docker once it has fetched the image. */
const chooseBackend = async (what: string, image: string, jarsDir: string, { env, log }: InfrastructureOptions): Promise<Backend> => {
  const dockerIsThere = await dockerAnswers(env)
  if (dockerIsThere && (await imageIsHere(image, env))) return 'container'
  if (isComplete(jarsDir)) {
    if (dockerIsThere) log(`Docker has no image ${image}, so ${what} runs on Java`)
    return 'java'
  }
  if (!dockerIsThere)
    throw new Error(
      `there is nothing to run ${what} with: Docker does not answer, and ${jarsDir} is not filled. Run \`node deploy/setup.mjs\``,
    )
  log(`fetching the image ${image}`)
  if (await pullImage(image, PULL_LIMIT_MS, env)) return 'container'
  throw new Error(
    `there is nothing to run ${what} with: Docker could not fetch ${image}, and ${jarsDir} is not filled. Install Java 17 and Maven, then run \`node deploy/setup.mjs\``,
  )
}

const givenKafka = async (brokers: string): Promise<{ brokers: string; stop(): Promise<void> }> => {
  if (!(await kafkaAnswers(brokers)))
    throw new Error(`no Kafka answers at KAFKA_BROKERS=${brokers}; correct it, or unset it to run a local broker`)
  return { brokers, stop: async () => {} }
}

const provideKafka = async (options: InfrastructureOptions): Promise<{ brokers: string; stop(): Promise<void> }> => {
  const { env, log } = options
  if (env.KAFKA_BROKERS) return givenKafka(env.KAFKA_BROKERS)
  const cacheDir = cacheDirOf(env)
  const backend = await chooseBackend('the Kafka broker', versions.kafkaImage, kafkaDir(cacheDir), options)
  const dataDir = join(options.dataDir, 'kafka')
  log('starting Kafka')
  return backend === 'java' ? startKafka({ dataDir, cacheDir, log, env }) : startKafkaContainer({ dataDir, log, env })
}

const givenRegistry = async (url: string): Promise<{ url: string; stop(): Promise<void> }> => {
  const answers = await registryAnswers(url).catch(() => false)
  if (!answers) throw new Error(`no schema registry answers at SCHEMA_REGISTRY_URL=${url}; correct it, or unset it to run a local one`)
  return { url, stop: async () => {} }
}

const provideRegistry = async (brokers: string, options: InfrastructureOptions): Promise<{ url: string; stop(): Promise<void> }> => {
  const { env, log } = options
  if (env.SCHEMA_REGISTRY_URL) return givenRegistry(env.SCHEMA_REGISTRY_URL)
  const cacheDir = cacheDirOf(env)
  const backend = await chooseBackend('the schema registry', versions.registryImage, registryDir(cacheDir), options)
  const dataDir = join(options.dataDir, 'registry')
  log('starting the schema registry')
  return backend === 'java'
    ? startRegistry({ dataDir, cacheDir, brokers, log, env })
    : startRegistryContainer({ dataDir, brokers, log, env })
}

/** Resolves when both answer requests. If the second cannot be had, the first is stopped again before this throws. */
export const startInfrastructure = async (options: InfrastructureOptions): Promise<Infrastructure> => {
  const kafka = await provideKafka(options)
  const registry = await provideRegistry(kafka.brokers, options).catch(async (error: unknown) => {
    await kafka.stop()
    throw error
  })
  const stop = async (): Promise<void> => {
    await registry.stop()
    await kafka.stop()
  }
  return { brokers: kafka.brokers, registryUrl: registry.url, stop }
}
