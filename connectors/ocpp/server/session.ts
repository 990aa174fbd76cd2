/** One station's connection: opening, messages in order with backpressure, liveness by ping, and its end exactly once. */
import type { WebSocket } from 'ws'
import { type CallRequest, type Calls, createCalls } from '../wire/calls.ts'
import type { CallOutcome } from '../wire/outcome.ts'
import type { Cancel, Wheel } from '../wire/wheel.ts'
import type { Epoch, Hooks } from './hooks.ts'
import { onFrame } from './inbound.ts'

export type Session = {
  call(request: CallRequest): Promise<CallOutcome>
  /** Ends the session now; the socket closes in its own time. Resolves when `onClose` has. */
  end(code: number, reason: string): Promise<void>
}

export type SessionOptions = {
  id: string
  socket: WebSocket
  hooks: Hooks
  wheel: Wheel
  nowMs(): number
  monotonicMs(): number
  heartbeatIntervalS: number
  pingIntervalMs: number
  onEnd(session: Session): void
}

type State = {
  options: SessionOptions
  calls: Calls
  epoch: Epoch | undefined
  /** Requests taken in and not yet answered, in order. */
  tail: Promise<void>
  pending: number
  heard: boolean
  cancelPing: Cancel
  ended: Promise<void> | undefined
}

/** A station has one request open at a time; more than this unanswered, and its socket is not read on. */
const MAX_PENDING = 16

export function createSession(options: SessionOptions): Session {
  const { id, socket, hooks, wheel, monotonicMs } = options
  const onLate: Parameters<typeof createCalls>[0]['onLate'] = (late) => hooks.onLateAnswer(id, late)
  const calls = createCalls({
    send: (text) => sendText(socket, text),
    wheel,
    monotonicMs,
    onLate,
  })
  const state: State = {
    options,
    calls,
    epoch: undefined,
    tail: Promise.resolve(),
    pending: 0,
    heard: true,
    cancelPing: () => undefined,
    ended: undefined,
  }
  const session: Session = {
    call: (request) => calls.push(request),
    end: (code, reason) => end(state, session, code, reason),
  }
  socket.on('message', (data) => onText(state, data.toString()))
  socket.on('pong', () => {
    state.heard = true
  })
  socket.on('error', (error) => hooks.onError(id, error))
  socket.on('close', () => void session.end(1000, ''))
  state.tail = open(state, session)
  schedulePing(state, session)
  return session
}

async function open(state: State, session: Session): Promise<void> {
  const { id, hooks } = state.options
  try {
    state.epoch = await hooks.onOpen(id)
    if (state.ended === undefined) state.calls.open()
  } catch (error) {
    hooks.onError(id, error)
    // Not awaited: the end waits for the opening.
    void session.end(1011, 'the connection could not be recorded')
  }
}

function onText(state: State, text: string): void {
  const { id, socket, hooks, heartbeatIntervalS, nowMs } = state.options
  if (state.ended !== undefined) return
  state.heard = true
  const send = (answer: string) => sendText(socket, answer)
  const work = onFrame(text, nowMs(), {
    nowMs,
    id,
    hooks,
    heartbeatIntervalS,
    calls: state.calls,
    epoch: () => state.epoch ?? 0,
    send,
  })
  if (work === undefined) return
  state.pending += 1
  if (state.pending >= MAX_PENDING) socket.pause()
  state.tail = state.tail.then(async () => {
    // Without an epoch the opening failed: what follows it was never answered, and the station sends it again.
    if (state.epoch !== undefined) await work()
    state.pending -= 1
    if (socket.isPaused && state.pending < MAX_PENDING / 2) socket.resume()
  })
}

/** Half-open sockets (a station without power sends no FIN) show by the pong that never comes. */
function schedulePing(state: State, session: Session): void {
  const { socket, wheel, pingIntervalMs } = state.options
  state.cancelPing = wheel.after(pingIntervalMs, () => {
    if (state.ended !== undefined) return
    // While requests wait for the log we do not read: silence is ours, not the station's.
    if (!state.heard && state.pending === 0) {
      socket.terminate()
      void session.end(1006, 'no pong')
      return
    }
    state.heard = false
    if (socket.readyState === socket.OPEN) socket.ping()
    schedulePing(state, session)
  })
}

function end(state: State, session: Session, code: number, reason: string): Promise<void> {
  state.ended ??= finish(state, session, code, reason)
  return state.ended
}

async function finish(state: State, session: Session, code: number, reason: string): Promise<void> {
  const { id, socket, hooks, onEnd } = state.options
  state.cancelPing()
  state.calls.end()
  onEnd(session)
  if (socket.isPaused) socket.resume()
  if (socket.readyState === socket.OPEN) socket.close(code, reason)
  await state.tail
  if (state.epoch === undefined) return
  try {
    await hooks.onClose(id, state.epoch)
  } catch (error) {
    hooks.onError(id, error)
  }
}

function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text)
}
