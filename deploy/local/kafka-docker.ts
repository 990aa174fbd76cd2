/** Runs one Kafka broker (KRaft) in a container, with its state in the same kind of folder as without one. */
import { versions } from './cache.ts'
import { containerNameOf, startContainer } from './docker.ts'
import type { LocalKafka, LocalKafkaOptions } from './kafka.ts'
import { renderKafkaScript } from './kafka-config.ts'
import { noteRunning, prepareKafkaHome } from './kafka-home.ts'
import { kafkaAnswers } from './kafka-ready.ts'

/** Where the official image keeps the jars. */
const CLASS_PATH = '/opt/kafka/libs/*'

/** As `startKafka`, in a container of the official image, or of any other that has Kafka in /opt/kafka. */
export const startKafkaContainer = async (
  options: Omit<LocalKafkaOptions, 'cacheDir'> & { readonly image?: string },
): Promise<LocalKafka> => {
  const { dataDir, port, log, env = {}, image = versions.kafkaImage } = options
  const { dir, brokers, logFile, ...home } = await prepareKafkaHome(dataDir, port)
  const startedMs = performance.now()
  const child = await startContainer({
    name: 'the Kafka container',
    image,
    containerName: containerNameOf('kafka', dir),
    script: renderKafkaScript({ ...home, java: 'java', classPath: CLASS_PATH }),
    folder: dir,
    env,
    logFile,
    ready: { probe: () => kafkaAnswers(brokers) },
    timeLimitMs: 120_000,
    graceMs: 30_000,
  })
  noteRunning(dir, { pid: child.pid, brokers })
  log(`Kafka answers at ${brokers} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s (container of ${image}, state in ${dir})`)
  return { brokers, stop: child.stop, kill: child.kill }
}
