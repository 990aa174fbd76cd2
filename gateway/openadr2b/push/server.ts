/** Hosts the services that an OpenADR 2.0b VTN pushes to: EiEvent, EiReport and EiRegisterParty of the simple HTTP binding. */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Logger } from 'pino'
import { matches, parseFingerprint } from '../fingerprint.ts'
import type { Pushed, VenInstruments } from '../instruments.ts'
import { MAX_BODY_BYTES } from '../limits.ts'
import { type Service, services } from '../service.ts'
import { readBody } from './read-body.ts'

/** PEM texts; `ca` signs the certificates of VTNs, and `fingerprint` pins the one that may push (fingerprint.ts). */
export interface PushTls {
  readonly cert: string
  readonly key: string
  readonly passphrase?: string
  readonly ca: string | string[]
  readonly fingerprint?: string
}

export interface PushOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Absent: plain HTTP, for a TLS proxy on the same machine that checks certificates itself. */
  readonly tls?: PushTls
  /** Longer bodies are refused; default 30 MB. */
  readonly maxBytes?: number
  /** Real ms in which a message must have come, whole; default 30,000. */
  readonly receiveLimitMs?: number
}

/** A document and its HTTP status; without a document the status says all. */
export interface PushReply {
  readonly status: number
  readonly document?: string
}

export interface PushDeps {
  readonly vtnId: string
  readonly log: Logger
  readonly instruments: VenInstruments
  /** Answers a message that came whole, from the right peer and with the right content type. */
  readonly hear: (service: Service, contentType: string, body: Uint8Array) => Promise<PushReply>
  /** Keeps what is refused unread. */
  readonly putAside: (service: string, body: Uint8Array, why: string) => Promise<void>
}

export interface PushServer {
  readonly port: number
  stop(): Promise<void>
}

const PATH = '/OpenADR2/Simple/2.0b/'
/** Headers have to arrive sooner than the whole message. */
const HEADERS_SHARE = 1 / 3
/** A VTN needs one connection, and a second while it gives up the first. */
const MAX_CONNECTIONS = 64

interface Refusal {
  readonly status: number
  readonly outcome: Pushed
  readonly why: string
}

const pushedTo = (request: IncomingMessage): Service | undefined => {
  // Not new URL(): it throws for some of what a peer may write here.
  const [path] = (request.url ?? '').split('?')
  const service = services.find((name) => path === `${PATH}${name}`)
  return service === 'OadrPoll' || service === 'EiOpt' ? undefined : service
}

function misaddressed(request: IncomingMessage): Refusal | undefined {
  if (pushedTo(request) === undefined) return { status: 404, outcome: 'not-found', why: 'no such service' }
  return request.method === 'POST' ? undefined : { status: 405, outcome: 'not-found', why: `${request.method} is not POST` }
}

/** The peer was authenticated by its chain; a pin says which of those that have one may push. */
function foreign(request: IncomingMessage, pinned: string | undefined): Refusal | undefined {
  if (pinned === undefined) return undefined
  const { fingerprint256 } = (request.socket as TLSSocket).getPeerCertificate()
  if (matches(fingerprint256, pinned)) return undefined
  return { status: 403, outcome: 'foreign-certificate', why: `the certificate with fingerprint ${fingerprint256} is not that of the VTN` }
}

const mistyped = (contentType: string): Refusal | undefined =>
  /^\s*(application|text)\/xml\s*(;|$)/i.test(contentType)
    ? undefined
    : { status: 415, outcome: 'content-type', why: `content type "${contentType}" is not application/xml` }

async function answer(request: IncomingMessage, pinned: string | undefined, maxBytes: number, deps: PushDeps): Promise<PushReply> {
  const { vtnId, instruments } = deps
  const service = pushedTo(request)
  const refuse = async ({ status, outcome, why }: Refusal, body?: Uint8Array): Promise<PushReply> => {
    instruments.pushed(vtnId, service ?? 'none', outcome)
    if (body) await deps.putAside(service ?? 'none', body, why)
    return { status }
  }
  const astray = misaddressed(request)
  if (astray || service === undefined) return refuse(astray ?? { status: 404, outcome: 'not-found', why: '' })
  const contentType = request.headers['content-type'] ?? ''
  const { bytes, whole } = await readBody(request, maxBytes)
  const tooLong = whole ? undefined : ({ status: 413, outcome: 'too-large', why: `the body is longer than ${maxBytes} bytes` } as const)
  const refusal = foreign(request, pinned) ?? tooLong ?? mistyped(contentType)
  return refusal ? refuse(refusal, bytes) : deps.hear(service, contentType, bytes)
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  pinned: string | undefined,
  maxBytes: number,
  deps: PushDeps,
): Promise<void> {
  const { vtnId, log, instruments } = deps
  try {
    const { status, document = '' } = await answer(request, pinned, maxBytes, deps)
    // What was left unread cannot be told from a next request.
    const headers = {
      'content-type': 'application/xml',
      ...(status === 413 && { connection: 'close' }),
      ...(status === 503 && { 'retry-after': '5' }),
    }
    response.writeHead(status, headers).end(document)
  } catch (error) {
    const gone = request.destroyed && !request.complete
    instruments.pushed(vtnId, pushedTo(request) ?? 'none', gone ? 'broken-off' : 'fault')
    if (!gone) log.error({ vtnId, err: error }, 'a pushed message could not be taken')
    if (!response.headersSent) response.writeHead(500).end()
  }
}

function createServer(tls: PushTls | undefined, limitMs: number): Server {
  // Node looks at its connections every half a minute only, unless it is told otherwise.
  const limits = { requestTimeout: limitMs, headersTimeout: limitMs * HEADERS_SHARE, connectionsCheckingInterval: limitMs / 4 }
  if (!tls) return createPlainServer(limits)
  const { fingerprint: _, ...own } = tls
  return createTlsServer({ ...limits, ...own, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' })
}

/** Resolves once it listens. */
export async function startPushServer(
  { port, host = '127.0.0.1', tls, maxBytes = MAX_BODY_BYTES, receiveLimitMs = 30_000 }: PushOptions,
  deps: PushDeps,
): Promise<PushServer> {
  const pinned = tls?.fingerprint === undefined ? undefined : parseFingerprint(tls.fingerprint)
  const server = createServer(tls, receiveLimitMs)
  server.maxConnections = MAX_CONNECTIONS
  server.on('request', (request, response) => void handle(request, response, pinned, maxBytes, deps))
  server.on('tlsClientError', (error) => {
    deps.instruments.pushed(deps.vtnId, 'none', 'tls')
    deps.log.warn({ vtnId: deps.vtnId, problem: error.message }, 'a peer was turned away before it said anything')
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
