/** The OCPP 1.6J central system's socket server: admits stations, keeps one session for each, and carries calls to them. */
import { randomUUID } from 'node:crypto'
import { createServer, type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { CentralAction, CentralRequest } from '../v16/central-messages.ts'
import { validateCentralRequest } from '../v16/validate.ts'
import type { CallOutcome } from '../wire/outcome.ts'
import { createWheel } from '../wire/wheel.ts'
import { offeredProtocols, passwordOf, SUBPROTOCOL, stationIdOf } from './handshake.ts'
import type { Hooks } from './hooks.ts'
import { createSession, type Session } from './session.ts'

/** `password` is undefined where the station sent none. */
export type Authenticate = (id: string, password: Uint8Array | undefined) => Promise<'accepted' | 'denied' | 'unknown'>

export type OcppServerOptions = {
  /** 0 takes any free port. */
  port: number
  host?: string
  authenticate: Authenticate
  hooks: Hooks
  clock: { nowMs(): number }
  callTimeoutMs?: number
  pingIntervalMs?: number
  heartbeatIntervalS?: number
  maxPayloadBytes?: number
}

export type CallOptions = {
  /** Becomes the frame's UniqueId (at most 36 characters), so that an ack leads back to its command. */
  uniqueId?: string
  /** A waiting call is superseded by a newer one with the same key; profile changes share one key by default. */
  key?: string
  timeoutMs?: number
}

export type OcppServer = {
  port: number
  /** `payload`: an object, which is checked (throws on a fault), or JSON text rendered from a template, sent as it stands. */
  call<A extends CentralAction>(id: string, action: A, payload: CentralRequest<A> | string, options?: CallOptions): Promise<CallOutcome>
  isConnected(id: string): boolean
  connectedCount(): number
  /** Ends all sessions (1001); resolves when each `onClose` has. */
  close(): Promise<void>
}

type Server = {
  options: OcppServerOptions
  sessions: Map<string, Session>
  sockets: WebSocketServer
  wheel: ReturnType<typeof createWheel>
}

const PROFILE_CHANGES: ReadonlySet<CentralAction> = new Set(['SetChargingProfile', 'ClearChargingProfile'])
const CLOSE_GRACE_MS = 500
const monotonicMs = () => performance.now()

export async function createOcppServer(options: OcppServerOptions): Promise<OcppServer> {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.maxPayloadBytes ?? 128 * 1024,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  const server: Server = {
    options,
    sessions: new Map(),
    sockets,
    wheel: createWheel({ nowMs: monotonicMs }),
  }
  const http = createServer((_request, response) => response.writeHead(426, { connection: 'close' }).end())
  http.on('upgrade', (request, socket, head) => void onUpgrade(server, request, socket, head))
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(options.port, options.host ?? '127.0.0.1', 4096, resolve))
  server.wheel.start()
  return {
    port: (http.address() as AddressInfo).port,
    call: (id, action, payload, callOptions) => call(server, id, action, payload, callOptions),
    isConnected: (id) => server.sessions.has(id),
    connectedCount: () => server.sessions.size,
    close: () => close(server, http),
  }
}

async function onUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const { options, sockets } = server
  const onError = (error: unknown) => options.hooks.onError('', error)
  socket.on('error', onError)
  const id = stationIdOf(request.url ?? '')
  if (id === undefined) return refuse(socket, 404)
  try {
    const verdict = await options.authenticate(id, passwordOf(request.headers.authorization, id))
    if (verdict !== 'accepted') return refuse(socket, verdict === 'unknown' ? 404 : 401)
  } catch (error) {
    options.hooks.onError(id, error)
    return refuse(socket, 503)
  }
  socket.off('error', onError)
  const isOffered = offeredProtocols(request.headers['sec-websocket-protocol']).includes(SUBPROTOCOL)
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    if (isOffered) return admit(server, id, webSocket)
    // OCPP-J 1.6 §3.2: complete the handshake without a subprotocol, then close at once.
    webSocket.on('error', onError)
    webSocket.close(1002, `offer the subprotocol ${SUBPROTOCOL}`)
  })
}

/** A second connection takes over: the first is most likely half-open, and refusing would lock the station out. */
function admit(server: Server, id: string, socket: WebSocket): void {
  const { options, sessions, wheel } = server
  void sessions.get(id)?.end(4000, 'replaced by a newer connection')
  const session = createSession({
    id,
    socket,
    hooks: options.hooks,
    wheel,
    nowMs: options.clock.nowMs,
    monotonicMs,
    heartbeatIntervalS: options.heartbeatIntervalS ?? 300,
    pingIntervalMs: options.pingIntervalMs ?? 60_000,
    onEnd: (ended) => {
      if (sessions.get(id) === ended) sessions.delete(id)
    },
  })
  sessions.set(id, session)
}

function call<A extends CentralAction>(
  { sessions, options }: Server,
  id: string,
  action: A,
  payload: CentralRequest<A> | string,
  { uniqueId = randomUUID(), key, timeoutMs = options.callTimeoutMs ?? 30_000 }: CallOptions = {},
): Promise<CallOutcome> {
  const payloadJson = typeof payload === 'string' ? payload : checkedJson(action, payload)
  const session = sessions.get(id)
  if (session === undefined) return Promise.resolve({ kind: 'disconnected', uniqueId, sent: false })
  const queueKey = key ?? (PROFILE_CHANGES.has(action) ? 'profile' : undefined)
  return session.call({
    uniqueId,
    action,
    payloadJson,
    key: queueKey,
    timeoutMs,
  })
}

function checkedJson<A extends CentralAction>(action: A, payload: CentralRequest<A>): string {
  const checked = validateCentralRequest(action, payload)
  if (!checked.ok) throw new TypeError(`${action}: ${checked.fault.description}`)
  return JSON.stringify(checked.value)
}

async function close({ sessions, sockets, wheel }: Server, http: HttpServer): Promise<void> {
  const stopped = new Promise<void>((resolve) => http.close(() => resolve()))
  await Promise.all([...sessions.values()].map((session) => session.end(1001, 'going away')))
  wheel.stop()
  // A peer that does not answer the close frame would hold the port for half a minute.
  const grace = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.closeAllConnections()
  }, CLOSE_GRACE_MS)
  await stopped
  clearTimeout(grace)
}

function refuse(socket: Duplex, status: number): void {
  const challenge = status === 401 ? 'WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"\r\n' : ''
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${challenge}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
