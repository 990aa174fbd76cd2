/** Serves REST on 127.0.0.1. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../processors/runtime/log.ts'
import { createRestApp } from './app.ts'
import { openChangeBook } from './change-book.ts'
import { openEventBook } from './event-book.ts'
import { openProgramBook } from './program-book.ts'
import type { Token } from './tokens.ts'
import { watchVerdicts } from './verdict-watch.ts'

export interface RestOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly tokens: readonly Token[]
  readonly clock: Clock
  readonly log: Logger
  /** Metrics of the whole process, where it has some; default: those of Node. */
  readonly registry?: Registry
  /** Real ms to wait for a verdict; default 10,000. */
  readonly limitMs?: number
  /** Real ms in which a request must have come, whole; default 30,000. */
  readonly requestTimeoutMs?: number
}

export interface RunningRest {
  readonly url: string
  stop(): Promise<void>
}

function nodeMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Resolves once it listens and knows the events on the log. */
export async function startRest(options: RestOptions): Promise<RunningRest> {
  const { port, reader, clock, registry = nodeMetrics(), requestTimeoutMs = 30_000 } = options
  const [book, changes, programs, verdicts] = await Promise.all([
    openEventBook(reader, clock.nowMs()),
    openChangeBook(reader),
    openProgramBook(reader),
    watchVerdicts(reader),
  ])
  const app = createRestApp({ ...options, registry, book, changes, programs, verdicts })
  const timeouts = { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, connectionsCheckingInterval: requestTimeoutMs / 4 }
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port, serverOptions: timeouts })
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      })
      await Promise.all([book.stop(), changes.stop(), programs.stop(), verdicts.stop()])
    },
  }
}
