/** A process that serves HTTP on a log: Drover's REST, or the least that could be served, a record made durable per request. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pino } from 'pino'
import { startRest } from '../../../gateway/rest/start.ts'
import type { Token } from '../../../gateway/rest/tokens.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { createLogWriter } from '../../../processors/runtime/kafka/log-writer.ts'
import type { UtilityRequest } from '../../../schemas/utility.ts'
import { createSchemas } from '../../../topics/registry.ts'
import { aRequest } from '../../build/request.ts'
import { bareRequests } from '../limits/topics.ts'

export interface HttpOrders {
  readonly brokers: string
  readonly registryUrl: string
  readonly token: string
  readonly what: 'rest' | 'bare'
}

const { brokers, registryUrl, token, what } = JSON.parse(process.argv[2] ?? '{}') as HttpOrders
const schemas = createSchemas({ url: registryUrl })
const writer = await createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'bench' })

async function serveRest(): Promise<string> {
  const operator: Token = { name: 'bench', token, scope: 'operator', programs: [], devices: [] }
  const reader = createLogReader({ brokers, schemas, name: 'drover.bench' })
  const log = pino({ level: 'warn' }, process.stderr)
  return (await startRest({ port: 0, writer, reader, tokens: [operator], clock: realClock, log, limitMs: 60_000 })).url
}

function serveBare(): Promise<string> {
  const app = new Hono()
  app.post('/events', async (context) => {
    const { programId, theirEventId, intervals } = (await context.req.json()) as UtilityRequest
    const request = aRequest({ requestId: theirEventId, programId, theirEventId, intervals })
    const { offset } = await writer.append(bareRequests, request)
    return context.json({ ...request, offset }, 201)
  })
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(`http://127.0.0.1:${port}`))
  })
}

const url = await (what === 'rest' ? serveRest() : serveBare())
process.stdout.write(`${JSON.stringify({ url })}\n`)
process.stdin.resume().on('end', () => process.exit(1))
process.on('SIGTERM', () => process.exit(0))
process.on('SIGINT', () => undefined)
