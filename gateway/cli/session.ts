/** What commands share: the environment, and clients that are made at first use and closed at the end. */
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { createLogReader } from '../../processors/runtime/kafka/log-reader.ts'
import { createLogSharer } from '../../processors/runtime/kafka/log-sharer.ts'
import { createLogWriter } from '../../processors/runtime/kafka/log-writer.ts'
import type { LogReader, LogSharer, LogWriter } from '../../processors/runtime/log.ts'
import { createSchemas, type Schemas } from '../../topics/registry.ts'
import { readUsers } from '../analytics/users.ts'
import { codeVersion } from './code-version.ts'
import type { Environment } from './environment.ts'

export interface Session {
  readonly signal: AbortSignal
  environment(): Environment
  schemas(): Schemas
  writer(): Promise<LogWriter>
  /** For a command, which reads to the end and is done. */
  reader(): LogReader
  /** For a role, which follows for as long as it runs. */
  follower(): LogReader
  sharer(): LogSharer
  /** A client that may only read. */
  clickhouse(): ClickHouseClient
  close(): Promise<void>
}

function once<T>(make: () => T): { get(): T; made(): T | undefined } {
  let value: T | undefined
  return {
    get: () => {
      value ??= make()
      return value
    },
    made: () => value,
  }
}

const COMMAND_IDLE_MS = 100
const ROLE_IDLE_MS = 500

export function createSession(read: () => Environment, signal: AbortSignal): Session {
  const environment = once(read)
  const schemas = once(() => createSchemas({ url: environment.get().stack.registryUrl }))
  const writer = once(() =>
    createLogWriter({ brokers: environment.get().stack.brokers, schemas: schemas.get(), clock: environment.get().clock, codeVersion }),
  )
  const readerWith = (idleMs: number) => {
    const { stack, node } = environment.get()
    return createLogReader({ brokers: stack.brokers, schemas: schemas.get(), name: `drover.${node}`, idleMs })
  }
  const reader = once(() => readerWith(COMMAND_IDLE_MS))
  const follower = once(() => readerWith(ROLE_IDLE_MS))
  const sharer = once(() => createLogSharer({ brokers: environment.get().stack.brokers, node: environment.get().node }))
  const clickhouse = once(() => {
    const { clickhouseUrl, clickhouseUsersFile } = environment.get().stack
    const analyst = readUsers(clickhouseUsersFile).find(({ role }) => role === 'analyst')
    if (!analyst) throw new Error(`${clickhouseUsersFile}: has no user of role analyst`)
    // Faults come as rejections; a second account of them on the terminal would only hide them.
    return createClient({ url: clickhouseUrl, username: analyst.name, password: analyst.password, log: { level: ClickHouseLogLevel.OFF } })
  })
  return {
    signal,
    environment: environment.get,
    schemas: schemas.get,
    writer: writer.get,
    reader: reader.get,
    follower: follower.get,
    sharer: sharer.get,
    clickhouse: clickhouse.get,
    close: async () => {
      await Promise.all([writer.made()?.then((made) => made.close()), clickhouse.made()?.close()])
    },
  }
}
