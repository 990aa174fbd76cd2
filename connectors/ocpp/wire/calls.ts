/** The calls to one station: one in flight (OCPP-J 1.6 §4.1.1; 2.0.1 part 4 §4.1.1), the rest queued, the newest of equal key winning. */
import type { Dialect } from './dialect.ts'
import { type CallError, type CallResult, serialiseCall } from './frames.ts'
import { type Answer, type AnsweredOutcome, type CallOutcome, readError, readResult } from './outcome.ts'
import type { Cancel, Wheel } from './wheel.ts'

export type CallRequest = {
  uniqueId: string
  action: string
  payloadJson: string
  /** A queued call is dropped when a newer one with the same key comes. */
  key: string | undefined
  timeoutMs: number
  /** Waits until nothing else does. */
  background?: boolean
}

export type LateAnswer = { action: string; outcome: Extract<CallOutcome, { kind: 'late' }> }

export type Calls = {
  push(request: CallRequest): Promise<CallOutcome>
  /** Sends what waits; nothing goes out before the connection is recorded. */
  open(): void
  /** False where the answer belongs to no call of this connection. */
  settle(frame: CallResult | CallError, rawFrame: string): boolean
  /** The connection is gone. */
  end(): void
}

export type CallsOptions = {
  dialect: Dialect
  send(text: string): void
  wheel: Wheel
  monotonicMs(): number
  onLate(answer: LateAnswer): void
  maxQueued?: number
}

type Waiting = CallRequest & { resolve(outcome: CallOutcome): void }
type Sent = Waiting & { sentMs: number }

/** Calls that timed out and may still be answered; older ones are forgotten. */
const MAX_EXPIRED = 16

export function createCalls({ dialect, send, wheel, monotonicMs, onLate, maxQueued = 64 }: CallsOptions): Calls {
  const expired = new Map<string, Sent>()
  let queue: Waiting[] = []
  let inFlight: (Sent & { cancel: Cancel }) | undefined
  let state: 'opening' | 'open' | 'ended' = 'opening'

  function sendNext(): void {
    if (state !== 'open' || inFlight !== undefined) return
    const next = queue.shift()
    if (next === undefined) return
    inFlight = { ...next, sentMs: monotonicMs(), cancel: wheel.after(next.timeoutMs, expire) }
    send(serialiseCall(next.uniqueId, next.action, next.payloadJson))
  }

  function expire(): void {
    if (inFlight === undefined) return
    const { cancel: _, ...call } = inFlight
    inFlight = undefined
    expired.set(call.uniqueId, call)
    for (const oldest of expired.keys()) if (expired.size > MAX_EXPIRED) expired.delete(oldest)
    call.resolve({ kind: 'timeout', uniqueId: call.uniqueId, elapsedMs: monotonicMs() - call.sentMs })
    sendNext()
  }

  function settle(frame: CallResult | CallError, rawFrame: string): boolean {
    const { uniqueId } = frame
    if (inFlight?.uniqueId === uniqueId) {
      const call = inFlight
      inFlight = undefined
      call.cancel()
      call.resolve(read(dialect, call, frame, { rawFrame, elapsedMs: monotonicMs() - call.sentMs }))
      sendNext()
      return true
    }
    const call = expired.get(uniqueId)
    if (call === undefined) return false
    expired.delete(uniqueId)
    const elapsedMs = monotonicMs() - call.sentMs
    onLate({
      action: call.action,
      outcome: { kind: 'late', uniqueId, elapsedMs, outcome: read(dialect, call, frame, { rawFrame, elapsedMs }) },
    })
    return true
  }

  function push(request: CallRequest): Promise<CallOutcome> {
    const { uniqueId, key } = request
    if (state === 'ended') return Promise.resolve({ kind: 'disconnected', uniqueId, sent: false })
    if (key !== undefined) queue = dropKey(queue, key, uniqueId)
    if (queue.length >= maxQueued) return Promise.resolve({ kind: 'queueFull', uniqueId })
    return new Promise((resolve) => {
      queue = inTurn(queue, { ...request, resolve })
      sendNext()
    })
  }

  function end(): void {
    state = 'ended'
    inFlight?.cancel()
    inFlight?.resolve({ kind: 'disconnected', uniqueId: inFlight.uniqueId, sent: true })
    for (const { uniqueId, resolve } of queue) resolve({ kind: 'disconnected', uniqueId, sent: false })
    inFlight = undefined
    queue = []
    expired.clear()
  }

  function open(): void {
    if (state === 'opening') state = 'open'
    sendNext()
  }

  return { push, open, settle, end }
}

function inTurn(queue: readonly Waiting[], next: Waiting): Waiting[] {
  const first = next.background ? -1 : queue.findIndex(({ background }) => background)
  return first < 0 ? [...queue, next] : queue.toSpliced(first, 0, next)
}

function dropKey(queue: readonly Waiting[], key: string, by: string): Waiting[] {
  for (const waiting of queue) if (waiting.key === key) waiting.resolve({ kind: 'superseded', uniqueId: waiting.uniqueId, by })
  return queue.filter((waiting) => waiting.key !== key)
}

function read(dialect: Dialect, call: Sent, frame: CallResult | CallError, heard: Omit<Answer, 'uniqueId'>): AnsweredOutcome {
  const answer = { uniqueId: call.uniqueId, ...heard }
  return frame.type === 'result'
    ? readResult(dialect, call.action, frame.payload, answer)
    : readError(frame.code, frame.description, answer)
}
