/** The loopback connector's socket server: learns who connects, and keeps one session for each device. */
import { createServer, type Server, type Socket } from 'node:net'
import { readLines } from './lines.ts'
import { type Called, createSession, type Said, type Session } from './session.ts'
import { type Reply, readLine, type ToDevice } from './wire.ts'

/** What the server tells its owner. Promises settle when the record is durable. */
export interface Hooks {
  /** Whether a device may connect. */
  admit(deviceId: string, key: string): Promise<boolean>
  /** Resolves to the epoch of the connection; nothing of it is handled before. */
  onOpen(deviceId: string): Promise<number>
  onClose(deviceId: string, epoch: number): Promise<void>
  /** Only then is the device answered. Rejects: it is not answered, and says it again. */
  onSaid(deviceId: string, said: { readonly message: Said; readonly line: Buffer; readonly epoch: number }): Promise<void>
  onUnreadable(deviceId: string, unreadable: { readonly detail: string; readonly place: string; readonly line: Buffer }): Promise<void>
  onLateReply(deviceId: string, reply: Reply): void
  onError(deviceId: string, error: unknown): void
}

export interface LoopbackServer {
  readonly port: number
  call(deviceId: string, message: Extract<ToDevice, { do: string }>, timeoutMs: number): Promise<Called>
  /** Ends all sessions; resolves when each `onClose` has. */
  close(): Promise<void>
}

interface State {
  readonly hooks: Hooks
  readonly sessions: Map<string, Session>
  readonly sockets: Set<Socket>
  /** Also those that another has taken over from, until they have ended. */
  readonly open: Set<Session>
}

const MAX_LINE_BYTES = 64 * 1024

export async function listen(port: number, hooks: Hooks): Promise<LoopbackServer> {
  const state: State = { hooks, sessions: new Map(), sockets: new Set(), open: new Set() }
  const server: Server = createServer((socket) => onConnection(state, socket))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', 4096, resolve))
  return {
    port: (server.address() as { port: number }).port,
    call: (deviceId, message, timeoutMs) =>
      state.sessions.get(deviceId)?.call(message, timeoutMs) ?? Promise.resolve({ kind: 'disconnected' }),
    async close() {
      const stopped = new Promise((resolve) => server.close(resolve))
      await Promise.all([...state.open].map((session) => session.end()))
      for (const socket of state.sockets) socket.destroy()
      await stopped
    },
  }
}

/** The first line names the device; what follows is its session's. */
function onConnection(state: State, socket: Socket): void {
  const { hooks, sockets } = state
  let session: Session | undefined
  let deviceId = ''
  sockets.add(socket)
  socket.setNoDelay(true)
  socket.on('error', (error) => hooks.onError(deviceId, error))
  socket.on('close', () => {
    sockets.delete(socket)
    void session?.end()
  })
  const onHello = (line: Buffer): void => {
    const message = readLine(line.toString('utf8'))
    if ('hello' in message) {
      deviceId = message.hello
      session = admit(state, socket, deviceId, message.key)
    } else refuse(socket, 'say hello first')
  }
  const onLine = (line: Buffer): void => (session ? session.onLine(line) : onHello(line))
  readLines({ socket, maxBytes: MAX_LINE_BYTES, onLine, onTooLong: () => refuse(socket, `a line has at most ${MAX_LINE_BYTES} bytes`) })
}

function admit(state: State, socket: Socket, deviceId: string, key: string): Session {
  const { hooks, sessions, open } = state
  let epoch: number | undefined

  async function begin(): Promise<boolean> {
    if (!(await hooks.admit(deviceId, key))) {
      refuse(socket, `${deviceId} is not known, or its key is wrong`)
      return false
    }
    // A second connection takes over: the first is most likely half-open.
    void sessions.get(deviceId)?.end()
    sessions.set(deviceId, session)
    epoch = await hooks.onOpen(deviceId)
    return true
  }

  async function onEnd(): Promise<void> {
    open.delete(session)
    if (sessions.get(deviceId) === session) sessions.delete(deviceId)
    if (epoch !== undefined) await hooks.onClose(deviceId, epoch)
  }

  const session = createSession(socket, begin(), {
    onSaid: (message, line) => hooks.onSaid(deviceId, { message, line, epoch: epoch ?? -1 }),
    onUnreadable: (fault, line) => hooks.onUnreadable(deviceId, { ...fault, line }),
    onLateReply: (reply) => hooks.onLateReply(deviceId, reply),
    onError: (error) => hooks.onError(deviceId, error),
    onEnd,
  })
  open.add(session)
  return session
}

function refuse(socket: Socket, detail: string): void {
  if (!socket.writable) return
  const refusal: ToDevice = { re: '', status: 'rejected', detail }
  socket.end(`${JSON.stringify(refusal)}\n`)
}
