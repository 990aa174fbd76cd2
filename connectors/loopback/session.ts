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

/** For a device that has said hello; what it says is handled once `opened` is true, or not at all. */
export function createSession(socket: Socket, opened: Promise<boolean>, hooks: SessionHooks): Session {
  const waiting = new Map<string, Waiting>()
  let isOpen = false
  let tail: Promise<void> = begin()
  let pending = 0
  let ended: Promise<void> | undefined

  async function begin(): Promise<void> {
    try {
      isOpen = await opened
    } catch (error) {
      hooks.onError(error)
      void end()
    }
  }

  const send = (message: ToDevice): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
  }

  function settle(id: string, called: Called): boolean {
    const call = waiting.get(id)
    if (!call) return false
    waiting.delete(id)
    clearTimeout(call.timer)
    call.settle(called)
    return true
  }

  async function handle(line: Buffer): Promise<void> {
    if (!isOpen) return
    const text = line.toString('utf8')
    const message = readLine(text)
    if ('fault' in message || 'hello' in message) {
      const fault = 'fault' in message ? { detail: message.fault, place: message.path } : { detail: 'hello was said before', place: '' }
      await hooks.onUnreadable(fault, line)
      return send({ re: idOf(text), status: 'rejected', detail: fault.detail })
    }
    if ('re' in message) return
    await hooks.onSaid(message, line)
    send({ re: message.id, status: 'accepted' })
  }

  function onLine(line: Buffer): void {
    const message = readLine(line.toString('utf8'))
    // A reply does not wait behind what is being recorded.
    if ('re' in message) {
      if (!settle(message.re, { kind: 'reply', reply: message })) hooks.onLateReply(message)
      return
    }
    pending += 1
    if (pending >= MAX_PENDING) socket.pause()
    // Unanswered, so that the device says it again.
    tail = tail
      .then(() => handle(line).catch(hooks.onError))
      .then(() => {
        pending -= 1
        if (pending < MAX_PENDING) socket.resume()
      })
  }

  function end(): Promise<void> {
    if (ended) return ended
    for (const id of [...waiting.keys()]) settle(id, { kind: 'disconnected' })
    socket.destroy()
    ended = tail.then(hooks.onEnd).catch(hooks.onError)
    return ended
  }

  return {
    onLine,
    call: (message, timeoutMs) =>
      new Promise((resolve) => {
        if (ended) return resolve({ kind: 'disconnected' })
        const timer = setTimeout(() => settle(message.id, { kind: 'timedOut' }), timeoutMs)
        waiting.set(message.id, { settle: resolve, timer })
        send(message)
      }),
    end,
  }
}
