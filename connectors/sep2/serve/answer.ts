/** Answers one request: who asks, how often, what for; and says no in the words of the protocol. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Client, Clients } from '../clients/clients.ts'
import { type ReasonCode, Refusal, reasonCodes } from '../refusal.ts'
import { SEP_XML, writeDocument } from '../xml/write.ts'
import { accepts, readBody } from './body.ts'
import type { BucketSize, Buckets } from './bucket.ts'
import type { Answer, Exchange, Methods } from './exchange.ts'
import { findRoute, type Route } from './routes.ts'

export interface AnsweringOptions {
  readonly routes: readonly Route[]
  readonly clients: Pick<Clients, 'find'>
  readonly nowMs: () => number
  readonly maxBodyBytes: number
  readonly buckets: Buckets
  /** Of one device; a client has as much for each of its devices. */
  readonly bucketSize: BucketSize
  /** LFDI of the certificate that the connection was made with. */
  readonly lfdiOf: (request: IncomingMessage) => string
  /** Resolves when the client's devices are known to be there. */
  readonly onHeard: (client: Client) => Promise<void>
  readonly onRefused: (refused: RefusedRequest) => Promise<void>
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface RefusedRequest {
  readonly refusal: Refusal
  /** The device that it was about, or the first of the client's; the LFDI of a client without any. */
  readonly deviceId: string
  readonly path: string
  /** Empty where none was read. */
  readonly body: Buffer
  readonly receivedMs: number
}

const EMPTY = Buffer.alloc(0)
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT'])
/** What a client should wait that cannot be served now, seconds. */
const RETRY_AFTER_S = 30

export async function answer(options: AnsweringOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedMs = options.nowMs()
  const asked = { deviceId: options.lfdiOf(request), path: request.url ?? '/', body: EMPTY, receivedMs }
  try {
    const answered = await handle(options, request, asked)
    send(request, response, answered)
  } catch (error) {
    const refusal = error instanceof Refusal ? error : failure(options, asked.deviceId, error)
    // What is kept as evidence is kept before the client hears of it; if it cannot be, it is refused all the same.
    await options.onRefused({ ...asked, refusal }).catch((failed: unknown) => options.onError(asked.deviceId, failed))
    refuse(request, response, refusal)
  }
}

type Asked = { deviceId: string; path: string; body: Buffer; receivedMs: number }

async function handle(options: AnsweringOptions, request: IncomingMessage, asked: Asked): Promise<Answer> {
  const client = admit(options, asked)
  if (!accepts(request.headers.accept)) throw new Refusal(`only ${SEP_XML} is sent`, { status: 406 })
  const { pathname, searchParams: query } = urlOf(asked.path)
  const { methods, params } = findRoute(options.routes, pathname)
  const method = methodOf(request, methods)
  asked.deviceId = params.device ?? asked.deviceId
  await options.onHeard(client)
  if (WITH_BODY.has(method)) asked.body = await readBody(request, options.maxBodyBytes)
  const exchange: Exchange = { client, params, query, body: asked.body, receivedMs: asked.receivedMs }
  if (method === 'GET') return { status: 200, shown: (methods.GET as NonNullable<Methods['GET']>)(exchange) }
  return (methods[method] as NonNullable<Methods['POST']>)(exchange)
}

function admit({ clients, buckets, bucketSize }: AnsweringOptions, asked: Asked): Client {
  const client = clients.find(asked.deviceId)
  if (!client) throw new Refusal('the registry knows nobody of this certificate', { status: 403 })
  const count = Math.max(1, client.devices.length)
  const size = { perS: bucketSize.perS * count, burst: bucketSize.burst * count }
  if (!buckets.take(client.lfdi, asked.receivedMs, size)) {
    const headers = { 'retry-after': String(Math.ceil(1 / size.perS)) }
    throw new Refusal('ask less often', { status: 429, reason: 'tooOften', headers })
  }
  asked.deviceId = client.devices[0]?.deviceId ?? client.lfdi
  return client
}

function urlOf(path: string): URL {
  const url = URL.parse(path, 'https://sep2')
  if (!url) throw new Refusal('there is no such resource', { status: 404 })
  return url
}

function methodOf({ method = '' }: IncomingMessage, methods: Methods): keyof Methods {
  const wanted = method === 'HEAD' ? 'GET' : method
  if (wanted in methods) return wanted as keyof Methods
  const allow = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
  throw new Refusal(`${method} is not allowed here`, { status: 405, headers: { allow: allow.join(', ') } })
}

function failure({ onError }: AnsweringOptions, deviceId: string, error: unknown): Refusal {
  onError(deviceId, error)
  return new Refusal('not now', { status: 503, headers: { 'retry-after': String(RETRY_AFTER_S) } })
}

function send(request: IncomingMessage, response: ServerResponse, { status, shown, location }: Answer): void {
  const headers = location === undefined ? {} : { location }
  if (!shown) {
    response.writeHead(status, { ...headers, 'content-length': 0 }).end()
    return
  }
  const xml = Buffer.from(writeDocument(shown.name, shown.fields))
  const isHead = request.method === 'HEAD'
  if (shown.onGot && !isHead) response.once('finish', shown.onGot)
  response.writeHead(status, { ...headers, 'content-type': SEP_XML, 'content-length': xml.length }).end(isHead ? undefined : xml)
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, reason, headers }: Refusal): void {
  if (response.headersSent || response.destroyed) return
  // A body that was not read would be taken for the next request.
  const close = request.complete ? {} : { connection: 'close' }
  if (!reason) {
    response.writeHead(status, { ...headers, ...close, 'content-length': 0 }).end()
    return
  }
  const xml = Buffer.from(errorXml(reason))
  response.writeHead(status, { ...headers, ...close, 'content-type': SEP_XML, 'content-length': xml.length }).end(xml)
}

const errorXml = (reason: ReasonCode): string => writeDocument('Error', { reasonCode: reasonCodes[reason] })
