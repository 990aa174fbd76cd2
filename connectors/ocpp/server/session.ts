/** One station's connection: opening, messages in order with backpressure, liveness by ping, and its end exactly once. */
import type { WebSocket } from 'ws'
import type { OcppInstruments } from '../instruments.ts'
import { type CallRequest, type Calls, createCalls } from '../wire/calls.ts'
import type { Dialect } from '../wire/dialect.ts'
import type { CallOutcome } from '../wire/outcome.ts'
import type { Cancel, Wheel } from '../wire/wheel.ts'
import { type Ending, endingOf, endings } from './endings.ts'
import type { Epoch, Hooks } from './hooks.ts'
import { onFrame } from './inbound.ts'
import { createIntake, type Intake } from './intake.ts'
import { createTokenBucket, type Rate } from './token-bucket.ts'

export type Session = {
  readonly dialect: Dialect
  call(request: CallRequest): Promise<CallOutcome>
  /** Ends the session now; the socket closes in its own time. Resolves when `onClose` has. */
  end(ending: Ending): Promise<void>
}

export type SessionOptions = {
  id: string
  socket: WebSocket
  dialect: Dialect
  hooks: Hooks
  instruments: OcppInstruments
  wheel: Wheel
  nowMs(): number
  monotonicMs(): number
  heartbeatIntervalS: number
  pingIntervalMs: number
  /** Messages of the station; what is beyond waits in its socket. */
  messageRate: Rate
  /** What may wait for a station that does not read. */
  maxUnreadBytes: number
  onEnd(session: Session): void
}

type State = {
  options: SessionOptions
  session: Session
  calls: Calls
  intake: Intake
  epoch: Epoch | undefined
  /** Requests taken in and not yet answered, in order. */
  tail: Promise<void>
  heard: boolean
  cancelPing: Cancel
  ended: Promise<void> | undefined
}

export function createSession(options: SessionOptions): Session {
  const { id, socket, dialect, hooks, instruments, wheel, monotonicMs } = options
  const session: Session = {
    dialect,
    call: (request) => state.calls.push(request),
    end: (ending) => end(state, ending),
  }
  const state: State = {
    options,
    session,
    calls: createCalls({
      dialect,
      wheel,
      monotonicMs,
      send: (text) => sendText(state, text),
      onLate: (late) => hooks.onLateAnswer(id, late),
    }),
    intake: createIntake({
      socket,
      wheel,
      bucket: createTokenBucket(options.messageRate, monotonicMs),
      onHeld: instruments.held,
    }),
    epoch: undefined,
    tail: Promise.resolve(),
    heard: true,
    cancelPing: () => undefined,
    ended: undefined,
  }
  instruments.opened(dialect.version)
  listen(state)
  state.tail = open(state)
  schedulePing(state)
  return session
}

function listen(state: State): void {
  const { id, socket, hooks } = state.options
  let ending: Ending = 'station'
  socket.on('message', (data) => onText(state, data.toString()))
  socket.on('pong', () => {
    state.heard = true
  })
  socket.on('error', (error) => {
    ending = endingOf(error)
    hooks.onError(id, error)
  })
  socket.on('close', () => void end(state, ending))
}

async function open(state: State): Promise<void> {
  const { id, dialect, hooks } = state.options
  try {
    state.epoch = await hooks.onOpen(id, dialect.version)
    if (state.ended === undefined) state.calls.open()
  } catch (error) {
    hooks.onError(id, error)
    // Not awaited: the end waits for the opening.
    void end(state, 'unrecorded')
  }
}

function onText(state: State, text: string): void {
  if (state.ended !== undefined) return
  const { options, calls, intake } = state
  const { nowMs } = options
  state.heard = true
  intake.came()
  const send = (answer: string) => sendText(state, answer)
  const work = onFrame(text, nowMs(), { ...options, calls, send, epoch: () => state.epoch ?? 0 })
  if (work === undefined) return
  intake.begun()
  state.tail = state.tail.then(async () => {
    // Without an epoch the opening failed: what follows it was never answered, and the station sends it again.
    if (state.epoch !== undefined) await work()
    intake.done()
  })
}

/** Half-open sockets (a station without power sends no FIN) show by the pong that never comes. */
function schedulePing(state: State): void {
  const { socket, wheel, pingIntervalMs } = state.options
  state.cancelPing = wheel.after(pingIntervalMs, () => {
    if (state.ended !== undefined) return
    // While we do not read, or requests wait for the log, silence is ours, not the station's.
    if (!state.heard && !state.intake.isHolding() && !state.intake.hasWork()) return void end(state, 'silent')
    state.heard = false
    if (socket.readyState === socket.OPEN) socket.ping()
    schedulePing(state)
  })
}

function end(state: State, ending: Ending): Promise<void> {
  state.ended ??= finish(state, ending)
  return state.ended
}

async function finish(state: State, ending: Ending): Promise<void> {
  const { id, socket, dialect, hooks, instruments, onEnd } = state.options
  const { code, reason } = endings[ending]
  state.cancelPing()
  state.calls.end()
  onEnd(state.session)
  instruments.closed(dialect.version, ending)
  state.intake.end()
  if (ending === 'silent' || ending === 'slow') socket.terminate()
  else if (socket.readyState === socket.OPEN) socket.close(code, reason)
  await state.tail
  if (state.epoch === undefined) return
  try {
    await hooks.onClose(id, state.epoch, reason)
  } catch (error) {
    hooks.onError(id, error)
  }
}

/** A station that does not read what it is sent is cut off before it fills our memory; when it is back it gets the newest command. */
function sendText(state: State, text: string): void {
  const { socket, maxUnreadBytes } = state.options
  if (socket.readyState !== socket.OPEN) return
  socket.send(text)
  if (socket.bufferedAmount > maxUnreadBytes) void end(state, 'slow')
}
