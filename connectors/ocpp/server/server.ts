/** The OCPP central system's socket server: admits stations, keeps one session for each, and carries calls to them. */
import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { type OcppInstruments, silentInstruments } from '../instruments.ts'
import type { CentralCall, Dialect, OcppVersion } from '../wire/dialect.ts'
import type { CallOutcome } from '../wire/outcome.ts'
import { createWheel } from '../wire/wheel.ts'
import type { Hooks } from './hooks.ts'
import { type ListenerEvents, type Listening, listenPlain, listenSecure, type SecureListener } from './listeners.ts'
import { createSession, type Session } from './session.ts'
import { createTokenBucket, type Rate } from './token-bucket.ts'
import { type Authenticate, createDoor, type Door } from './upgrade.ts'

export type OcppServerOptions = {
  /** The plain listener; 0 takes any free port. */
  port: number
  host?: string
  /** Beside the plain one. */
  secure?: readonly SecureListener[]
  authenticate: Authenticate
  /** The version that a station is registered for; undefined = whichever it offers first. */
  versionOf?(id: string): OcppVersion | undefined
  hooks: Hooks
  instruments?: OcppInstruments
  clock: { nowMs(): number }
  callTimeoutMs?: number
  pingIntervalMs?: number
  heartbeatIntervalS?: number
  maxPayloadBytes?: number
  /** Connections let in; beyond it 503 with Retry-After. */
  acceptRate?: Rate
  /** Messages of one station; beyond it its socket waits. */
  messageRate?: Rate
  /** Bytes that may wait for a station which does not read. */
  maxUnreadBytes?: number
}

export type CallOptions = {
  /** Becomes the frame's UniqueId (at most 36 characters), so that an ack leads back to its command. */
  uniqueId?: string
  /** A waiting call is superseded by a newer one with the same key; profile changes share one key by default. */
  key?: string
  timeoutMs?: number
  /** Waits until nothing else waits for the station. */
  background?: boolean
}

export type OcppServer = {
  port: number
  /** Of the secure listeners, in their order. */
  securePorts: readonly number[]
  /** Sends nothing to a station that speaks another version than the call is written in. */
  call(id: string, call: CentralCall, options?: CallOptions): Promise<CallOutcome>
  /** The version of the connection that is open; undefined = none is. */
  speaks(id: string): OcppVersion | undefined
  connectedCount(): number
  /** Ends all sessions (1001); resolves when each `onClose` has. */
  close(): Promise<void>
}

type Server = {
  options: OcppServerOptions
  instruments: OcppInstruments
  sessions: Map<string, Session>
  wheel: ReturnType<typeof createWheel>
}

const PROFILE_CHANGES: ReadonlySet<string> = new Set(['SetChargingProfile', 'ClearChargingProfile'])
const CLOSE_GRACE_MS = 500
const CALL_TIMEOUT_MS = 30_000
const MAX_PAYLOAD_BYTES = 128 * 1024
const MAX_UNREAD_BYTES = 1024 * 1024
/** A TLS handshake takes a millisecond of one core. */
const ACCEPT_RATE: Rate = { perS: 2_000, burst: 10_000 }
/** A station that was away sends what it kept at the pace of our answers. */
const MESSAGE_RATE: Rate = { perS: 100, burst: 1_000 }
const monotonicMs = () => performance.now()

/** Resolves when stations can connect. */
export async function createOcppServer(options: OcppServerOptions): Promise<OcppServer> {
  const { hooks, instruments = silentInstruments } = options
  const server: Server = { options, instruments, sessions: new Map(), wheel: createWheel({ nowMs: monotonicMs }) }
  const door = createDoor({
    authenticate: options.authenticate,
    versionOf: (id) => options.versionOf?.(id),
    accepting: createTokenBucket(options.acceptRate ?? ACCEPT_RATE, monotonicMs),
    maxPayloadBytes: options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES,
    instruments,
    onError: hooks.onError,
    onAdmitted: (id, socket, dialect) => admit(server, id, socket, dialect),
  })
  const events = { onUpgrade: door.onUpgrade, onTlsRefused: instruments.tlsRefused, onError: (error: unknown) => hooks.onError('', error) }
  const plain = await listenPlain(options, events)
  const secure = await listenAll(options.secure ?? [], events).catch(async (error: unknown) => {
    await plain.close()
    throw error
  })
  server.wheel.start()
  return {
    port: plain.port,
    securePorts: secure.map(({ port }) => port),
    call: (id, call, callOptions) => carry(server, id, call, callOptions),
    speaks: (id) => server.sessions.get(id)?.dialect.version,
    connectedCount: () => server.sessions.size,
    close: () => close(server, door, [plain, ...secure]),
  }
}

/** All of them or none. */
async function listenAll(listeners: readonly SecureListener[], events: ListenerEvents): Promise<readonly Listening[]> {
  const settled = await Promise.allSettled(listeners.map((listener) => listenSecure(listener, events)))
  const failed = settled.find((one) => one.status === 'rejected')
  const listening = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (!failed) return listening
  await Promise.all(listening.map((one) => one.close()))
  throw failed.reason
}

/** A second connection takes over: the first is most likely half-open, and refusing would lock the station out. */
function admit({ options, instruments, sessions, wheel }: Server, id: string, socket: WebSocket, dialect: Dialect): void {
  void sessions.get(id)?.end('replaced')
  const session = createSession({
    id,
    socket,
    dialect,
    hooks: options.hooks,
    instruments,
    wheel,
    nowMs: options.clock.nowMs,
    monotonicMs,
    heartbeatIntervalS: options.heartbeatIntervalS ?? 300,
    pingIntervalMs: options.pingIntervalMs ?? 60_000,
    messageRate: options.messageRate ?? MESSAGE_RATE,
    maxUnreadBytes: options.maxUnreadBytes ?? MAX_UNREAD_BYTES,
    onEnd: (ended) => {
      if (sessions.get(id) === ended) sessions.delete(id)
    },
  })
  sessions.set(id, session)
}

async function carry(
  { sessions, options, instruments }: Server,
  id: string,
  call: CentralCall,
  how: CallOptions = {},
): Promise<CallOutcome> {
  const { uniqueId = randomUUID(), timeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS, background = false } = how
  const { version, action, payloadJson } = call
  const session = sessions.get(id)
  if (session === undefined) return { kind: 'disconnected', uniqueId, sent: false }
  const speaks = session.dialect.version
  if (speaks !== version) return { kind: 'otherVersion', uniqueId, speaks }
  const key = how.key ?? (PROFILE_CHANGES.has(action) ? 'profile' : undefined)
  const outcome = await session.call({ uniqueId, action, payloadJson, key, timeoutMs, background })
  instruments.called(version, action, outcome.kind)
  return outcome
}

async function close({ sessions, wheel }: Server, door: Door, listening: readonly Listening[]): Promise<void> {
  const stopped = Promise.all(listening.map((one) => one.close()))
  await Promise.all([...sessions.values()].map((session) => session.end('shutdown')))
  wheel.stop()
  // A peer that does not answer the close frame would hold the port for half a minute.
  const grace = setTimeout(() => {
    door.cutAll()
    for (const one of listening) one.cutAll()
  }, CLOSE_GRACE_MS)
  await stopped
  clearTimeout(grace)
}
