/** Provides the images of the broker and the registry: the public ones where they can be had, else ones that are built here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDirOf, kafkaDir, registryDir, requireComplete, versions } from '../../deploy/local/cache.ts'
import { imageIsHere, pullImage } from '../../deploy/local/docker.ts'
import { ensureBaseImage, tagOf } from './base-image.ts'
import { mustRun, runCommand } from './command.ts'

type Log = (line: string) => void

interface Server {
  readonly name: string
  readonly publicImage: string
  /** Where set-up keeps its jars. */
  readonly dir: string
  /** Where the public image keeps them, and so ours. */
  readonly place: string
}

const cacheDir = cacheDirOf(process.env)
const servers = {
  kafka: { name: 'kafka', publicImage: versions.kafkaImage, dir: kafkaDir(cacheDir), place: '/opt/kafka/libs' },
  registry: { name: 'registry', publicImage: versions.registryImage, dir: registryDir(cacheDir), place: '/deployments' },
} as const satisfies Record<string, Server>

const dockerfile = fileURLToPath(new URL('./Dockerfile', import.meta.url))
/** A registry that cannot be reached must not hold up the tests; one that answers may take its time to deliver. */
const ANSWER_LIMIT_MS = 10_000
const PULL_LIMIT_MS = 600_000

async function build({ name, dir, place }: Server, log: Log): Promise<string> {
  requireComplete(dir, `what the image of ${name} is built of`)
  const base = await ensureBaseImage(log)
  const tag = tagOf(name, base, place, readFileSync(dockerfile, 'utf8'), readFileSync(join(dir, 'complete.json'), 'utf8'))
  if (await imageIsHere(tag, process.env)) return tag
  log(`building the image ${tag}`)
  const values = ['--build-arg', `BASE=${base}`, '--build-arg', `PLACE=${place}`]
  await mustRun(`building ${tag}`, 'docker', ['build', '--quiet', '--tag', tag, ...values, '--file', dockerfile, dir], PULL_LIMIT_MS)
  return tag
}

async function provide(server: Server, log: Log): Promise<string> {
  const { publicImage } = server
  if (await imageIsHere(publicImage, process.env)) return publicImage
  if ((await runCommand('docker', ['manifest', 'inspect', publicImage], ANSWER_LIMIT_MS)).ok) {
    log(`fetching the image ${publicImage}`)
    if (await pullImage(publicImage, PULL_LIMIT_MS, process.env)) return publicImage
  }
  log(`${publicImage} cannot be fetched`)
  return build(server, log)
}

/** Image of a Kafka broker with its jars in /opt/kafka/libs. */
export const provideKafkaImage = (log: Log): Promise<string> => provide(servers.kafka, log)

/** Image of the schema registry with its jars in /deployments. */
export const provideRegistryImage = (log: Log): Promise<string> => provide(servers.registry, log)

/** Whether testcontainers' own image can be had, which removes containers when we are killed. */
export const reaperIsThere = async (image: string): Promise<boolean> =>
  (await imageIsHere(image, process.env)) || (await runCommand('docker', ['manifest', 'inspect', image], ANSWER_LIMIT_MS)).ok
