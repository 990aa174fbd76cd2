/** Provides a row with a broker, a registry and all topics of its own in a temporary folder, and takes them away again. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startInfrastructure } from '../../../deploy/local/infrastructure.ts'
import { changelogTopics } from '../../../processors/runtime/changelog.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { createLogWriter } from '../../../processors/runtime/kafka/log-writer.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import { topology } from '../../../processors/topology.ts'
import { catalogue } from '../../../topics/catalogue.ts'
import type { AnyTopic } from '../../../topics/define.ts'
import { provision } from '../../../topics/provision/provision.ts'
import { createSchemas, type Schemas } from '../../../topics/registry.ts'

export interface Stage {
  readonly brokers: string
  readonly registryUrl: string
  readonly schemas: Schemas
  readonly devicePartitions: number
  readonly writer: LogWriter
  /** A new folder, gone with the stage. */
  folder(name: string): string
  /** Makes topics that are the bench's own. */
  addTopics(topics: readonly AnyTopic[]): Promise<void>
  /** Tells whoever watches how it goes. */
  readonly log: (line: string) => void
  /** To be ended with the stage, the last first. */
  onStop(end: () => Promise<void>): void
  /** Made at first use; later rows of the same stage get the same. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

/** Resolves when every topic of the catalogue and every changelog exists. What was started is stopped again if that fails. */
export async function openStage(parentFolder: string, log: (line: string) => void): Promise<Stage> {
  const root = mkdtempSync(join(parentFolder, 'stage-'))
  const ends: (() => Promise<void>)[] = []
  const made = new Map<string, Promise<unknown>>()
  let stopping: Promise<void> | undefined

  async function stop(): Promise<void> {
    for (const end of ends.splice(0).reverse()) await end().catch((error: unknown) => log(`while stopping: ${String(error)}`))
    rmSync(root, { recursive: true, force: true })
  }

  try {
    // Servers that the environment names are left alone: they hold what a bench would drown in its own records.
    const { KAFKA_BROKERS: _brokers, SCHEMA_REGISTRY_URL: _registry, ...env } = process.env
    const infrastructure = await startInfrastructure({ dataDir: root, env, log })
    ends.push(infrastructure.stop)
    const { brokers, registryUrl } = infrastructure
    const schemas = createSchemas({ url: registryUrl })
    const topics = [...catalogue, ...topology.subTopologies.flatMap(changelogTopics)]
    const { devicePartitions } = await provision({ brokers, topics, devicePartitions: null }, schemas)
    const writer = await createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'bench' })
    ends.push(writer.close)
    return {
      brokers,
      registryUrl,
      schemas,
      devicePartitions,
      writer,
      folder(name) {
        const path = join(root, name)
        mkdirSync(path, { recursive: true })
        return path
      },
      async addTopics(own) {
        await provision({ brokers, topics: own, devicePartitions: null }, schemas)
      },
      log,
      onStop: (end) => void ends.push(end),
      once<T>(name: string, make: () => Promise<T>) {
        const known = made.get(name) ?? make()
        made.set(name, known)
        return known as Promise<T>
      },
      stop() {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
