/** Gives integration tests the broker and the registry that the global set-up provides, and topics that no other test touches. */
import { randomUUID } from 'node:crypto'
import { type Clock, realClock } from '../../processors/runtime/clock.ts'
import { createLogReader } from '../../processors/runtime/kafka/log-reader.ts'
import { createLogWriter } from '../../processors/runtime/kafka/log-writer.ts'
import type { Followed, LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { AnyTopic, Topic } from '../../topics/define.ts'
import { provision } from '../../topics/provision/provision.ts'
import { createSchemas, type Schemas } from '../../topics/registry.ts'

export interface TestBroker {
  /** Comma-separated host:port. */
  readonly brokers: string
  readonly registryUrl: string
  readonly schemas: Schemas
  readonly clock: Clock
  /** A word that no other test has, to begin names of topics, processors and groups with. */
  uniquePrefix(): string
  /** Creates the topics and registers their schemas. Returns the count of device partitions of this cluster. */
  provision(topics: readonly AnyTopic[]): Promise<number>
  openWriter(): Promise<LogWriter>
  reader: LogReader
  /** All committed records that a topic holds now, in the order of each partition. */
  readAll<T>(topic: Topic<T>): Promise<readonly Followed<T>[]>
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run this test through the project 'broker' of test/vitest.config.ts`)
  return value
}

/** Uses the broker provided, or another one with the registry provided. */
export function useBroker(brokers = required('KAFKA_BROKERS')): TestBroker {
  const registryUrl = required('SCHEMA_REGISTRY_URL')
  const schemas = createSchemas({ url: registryUrl })
  const reader = createLogReader({ brokers, schemas, name: 'drover.test' })
  return {
    brokers,
    registryUrl,
    schemas,
    clock: realClock,
    reader,
    uniquePrefix: () => `t${randomUUID().slice(0, 8)}`,
    async provision(topics) {
      const plan = await provision({ brokers, topics, devicePartitions: null }, schemas)
      return plan.devicePartitions
    },
    openWriter: () => createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'test' }),
    async readAll(topic) {
      const records: Followed<never>[] = []
      const following = await reader.follow([topic], 'beginning', (batch) => {
        records.push(...(batch as readonly Followed<never>[]))
      })
      await following.caughtUp
      await following.stop()
      return records
    },
  }
}
