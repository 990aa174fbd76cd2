/** One device's connection: its messages in order, each answered when it is durable, and our calls to it. */
import type { Socket } from 'node:net'
import { type FromDevice, idOf, type Reply, readLine, type ToDevice } from './wire.ts'

export type Said = Extract<FromDevice, { id: string }>
export type Called = { readonly kind: 'reply'; readonly reply: Reply } | { readonly kind: 'timedOut' } | { readonly kind: 'disconnected' }

/** What a session tells its owner. Promises settle when the record is durable. */
export interface SessionHooks {
  onSaid(message: Said, line: Buffer): Promise<void>
  onUnreadable(fault: { readonly detail: string; readonly place: string }, line: Buffer): Promise<void>
  onLateReply(reply: Reply): void
  onError(error: unknown): void
  /** Once, after all that came before the end was handled. */
  onEnd(): Promise<void>
}

export interface Session {
  /** A line after hello. */
  onLine(line: Buffer): void
  call(message: Extract<ToDevice, { do: string }>, timeoutMs: number): Promise<Called>
  /** Resolves when `onEnd` has. */
  end(): Promise<void>
}

/** More than this unanswered, and the socket is not read on. */
const MAX_PENDING = 16

interface Waiting {
  readonly settle: (called: Called) => void
  readonly timer: NodeJS.Timeout
}

interface State {
  readonly socket: Socket
  readonly hooks: SessionHooks
  readonly waiting: Map<string, Waiting>
  /** What the device said, in order, each once the one before is dealt with. */
  tail: Promise<void>
  pending: number
  isOpen: boolean
  ended: Promise<void> | undefined
}

/** For a device that has said hello; what it says is handled once `opened` is true, or not at all. */
export function createSession(socket: Socket, opened: Promise<boolean>, hooks: SessionHooks): Session {
  const state: State = { socket, hooks, waiting: new Map(), tail: Promise.resolve(), pending: 0, isOpen: false, ended: undefined }
  state.tail = begin(state, opened)
  return {
    onLine: (line) => onLine(state, line),
    call: (message, timeoutMs) => call(state, message, timeoutMs),
    end: () => end(state),
  }
}

async function begin(state: State, opened: Promise<boolean>): Promise<void> {
  try {
    state.isOpen = await opened
  } catch (error) {
    state.hooks.onError(error)
    void end(state)
  }
}

function onLine(state: State, line: Buffer): void {
  const { socket, hooks } = state
  const message = readLine(line.toString('utf8'))
  // A reply does not wait behind what is being recorded.
  if ('re' in message) {
    if (!settle(state, message.re, { kind: 'reply', reply: message })) hooks.onLateReply(message)
    return
  }
  state.pending += 1
  if (state.pending >= MAX_PENDING) socket.pause()
  // A line that could not be recorded stays unanswered, so that the device says it again.
  const handled = state.tail.then(() => handle(state, message, line)).catch(hooks.onError)
  state.tail = handled.then(() => {
    state.pending -= 1
    if (state.pending < MAX_PENDING) socket.resume()
  })
}

async function handle(state: State, message: Exclude<ReturnType<typeof readLine>, Reply>, line: Buffer): Promise<void> {
  const { hooks, isOpen } = state
  if (!isOpen) return
  if ('id' in message) {
    await hooks.onSaid(message, line)
    send(state, { re: message.id, status: 'accepted' })
    return
  }
  const fault = 'fault' in message ? { detail: message.fault, place: message.path } : { detail: 'hello was said before', place: '' }
  await hooks.onUnreadable(fault, line)
  send(state, { re: idOf(line.toString('utf8')), status: 'rejected', detail: fault.detail })
}

function call(state: State, message: Extract<ToDevice, { do: string }>, timeoutMs: number): Promise<Called> {
  if (state.ended) return Promise.resolve({ kind: 'disconnected' })
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(state, message.id, { kind: 'timedOut' }), timeoutMs)
    state.waiting.set(message.id, { settle: resolve, timer })
    send(state, message)
  })
}

/** False where nobody waits for the answer any more. */
function settle({ waiting }: State, id: string, called: Called): boolean {
  const call = waiting.get(id)
  if (!call) return false
  waiting.delete(id)
  clearTimeout(call.timer)
  call.settle(called)
  return true
}

function end(state: State): Promise<void> {
  const { socket, hooks, waiting, tail } = state
  if (state.ended) return state.ended
  for (const id of [...waiting.keys()]) settle(state, id, { kind: 'disconnected' })
  socket.destroy()
  state.ended = tail.then(hooks.onEnd).catch(hooks.onError)
  return state.ended
}

function send({ socket }: State, message: ToDevice): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}
