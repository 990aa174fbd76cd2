/** Serves the embedded engine on 127.0.0.1 as ClickHouse's HTTP interface does, as far as its official clients need. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type AnswerParts, answer } from './answer.ts'
import { malformed, toFault, tooBusy } from './fault.ts'
import { forbiddenCalls } from './gate.ts'
import { readRequest } from './request.ts'
import { createTurns, type Turns } from './turns.ts'

const AT_ONCE = 4
const WAITING = 64
/** A request that has not come in whole by then is cut off. */
const RECEIVE_LIMIT_MS = 120_000
/** The official client's sockets stay open so long between requests. */
const KEEP_ALIVE_MS = 10_000
/** Parameters of statements come in the address, lists of ids too. */
const MAX_HEADER_BYTES = 1 << 20

export interface HttpEndpoint {
  readonly url: string
  /** Takes no new requests, and settles when those under way are answered. */
  stop(): Promise<void>
}

/** `port` 0 = any free one. */
export async function serveEngine(options: Omit<AnswerParts, 'forbidden'> & { readonly port: number }): Promise<HttpEndpoint> {
  const functions = await options.engine.rows<{ name: string }>('SELECT name FROM system.table_functions')
  const parts = { ...options, forbidden: forbiddenCalls(functions.map(({ name }) => name)) }
  const turns = createTurns({ atOnce: AT_ONCE, waiting: WAITING, refuse: () => tooBusy(`more than ${AT_ONCE + WAITING} queries`) })
  const settings = { requestTimeout: RECEIVE_LIMIT_MS, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES }
  const server = createServer(settings, (request, response) => {
    void onRequest(parts, turns, request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeIdleConnections()
      }),
  }
}

async function onRequest(parts: AnswerParts, turns: Turns, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.url === '/ping' || (request.url === '/' && request.method === 'GET')) {
      send(response, 200, Buffer.from('Ok.\n'), false)
      return
    }
    if (request.method !== 'POST' && request.method !== 'GET') throw malformed(`method ${request.method}: send POST`)
    const asked = readRequest(request)
    response.setHeader('X-ClickHouse-Query-Id', asked.queryId || randomUUID())
    const startNs = process.hrtime.bigint()
    const body = await turns.take(() => answer(parts, asked, request))
    response.setHeader('X-ClickHouse-Format', asked.format)
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary(body.length, process.hrtime.bigint() - startNs)))
    send(response, 200, body, asked.wantsCompression)
  } catch (error) {
    const { status, code, text } = toFault(error)
    response.setHeader('X-ClickHouse-Exception-Code', code)
    if (!request.complete) response.setHeader('Connection', 'close')
    send(response, status, Buffer.from(`${text}\n`), false)
  }
}

/** The embedded engine counts no rows; clients look for the names. */
function summary(bytes: number, elapsedNs: bigint): Readonly<Record<string, string>> {
  return {
    read_rows: '0',
    read_bytes: '0',
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: String(bytes),
    elapsed_ns: String(elapsedNs),
  }
}

function send(response: ServerResponse, status: number, body: Uint8Array, compress: boolean): void {
  const sent = compress ? gzipSync(body, { level: 1 }) : body
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': sent.length,
    'X-ClickHouse-Server-Display-Name': 'drover',
    'X-ClickHouse-Timezone': 'UTC',
    ...(compress ? { 'Content-Encoding': 'gzip' } : {}),
  })
  response.end(sent)
}
