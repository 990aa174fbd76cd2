/** Runs one Kafka broker (KRaft) on this machine's Java, with its state in a folder. */
import { join } from 'node:path'
import { kafkaDir, requireComplete } from './cache.ts'
import { startChild } from './child.ts'
import { javaCommand } from './java.ts'
import { renderKafkaScript } from './kafka-config.ts'
import { noteRunning, prepareKafkaHome } from './kafka-home.ts'
import { kafkaAnswers } from './kafka-ready.ts'

export type LocalKafka = {
  /** host:port, as clients take it. */
  readonly brokers: string
  /** Orderly: the log is flushed, and the next start has nothing to recover. */
  stop(): Promise<void>
  /** SIGKILL, for tests of what survives it. */
  kill(): Promise<void>
}

export type LocalKafkaOptions = {
  /** Holds the log, the configuration, the ports and the output. May be empty or absent. */
  readonly dataDir: string
  /** Where set-up put the jars. */
  readonly cacheDir: string
  /** Only this port; left out, the one that the folder remembers, or a free one. */
  readonly port?: number
  readonly log: (line: string) => void
  /** The process's environment; left out, ours, with `java` from the PATH. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Starts the broker, formatting an empty folder first, and resolves when it answers. Throws with the end of its output if it does not. */
export const startKafka = async (options: LocalKafkaOptions): Promise<LocalKafka> => {
  const { cacheDir, dataDir, port, log, env } = options
  const jars = kafkaDir(cacheDir)
  requireComplete(jars, 'the Kafka broker')
  const { dir, brokers, logFile, ...home } = await prepareKafkaHome(dataDir, port)
  const startedMs = performance.now()
  const child = await startChild({
    name: 'the Kafka broker',
    command: '/bin/sh',
    args: ['-c', renderKafkaScript({ ...home, java: javaCommand(env ?? {}), classPath: join(jars, '*') })],
    ...(env && { env }),
    logFile,
    ready: { probe: () => kafkaAnswers(brokers) },
    timeLimitMs: 120_000,
    graceMs: 30_000,
  })
  noteRunning(dir, { pid: child.pid, brokers })
  log(`Kafka answers at ${brokers} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s (state in ${dir})`)
  return { brokers, stop: child.stop, kill: child.kill }
}
