/** A charger's side of OCPP-J: one socket, requests sent one at a time and kept until they are answered. */
import WebSocket from 'ws'
import type { Ticks } from '../ticks.ts'

export type Reply = { kind: 'result'; payload: object } | { kind: 'error'; code: string; description: string }

export type LinkOptions = {
  /** Up to the station's id; asked for at each try, so that a charger may go elsewhere. */
  url(): string
  subprotocol: string
  id: string
  password: string
  ticks: Ticks
  /** The central system's request; the reply goes out after `delayMs` of real time. */
  onCall(action: string, payload: Record<string, unknown>): { reply: Reply; delayMs: number }
  onOpen(): void
  onClosed(): void
  onAnswered(action: string, payload: unknown): void
  onReplySent(): void
  onCallError(action: string, code: string): void
}

export type Link = {
  open(): void
  close(): void
  drop(): void
  /** No socket at all, not even one that is closing. */
  isIdle(): boolean
  isOpen(): boolean
  send(action: string, payload: object): void
  unsent(): number
}

type Outgoing = { action: string; payload: object; attempts: number }

const ANSWER_TIMEOUT_MS = 30_000
const RETRY_MS = 2_000
/** TransactionMessageAttempts. */
const ATTEMPTS = 5
const MAX_KEPT = 5_000

export function createLink(options: LinkOptions): Link {
  const { url, subprotocol, id, password, ticks } = options
  const outbox: Outgoing[] = []
  let socket: WebSocket | undefined
  let inFlight: { uniqueId: string; outgoing: Outgoing } | undefined
  let serial = 0

  function pump(): void {
    if (socket?.readyState !== WebSocket.OPEN || inFlight !== undefined) return
    const outgoing = outbox.shift()
    if (outgoing === undefined) return
    serial += 1
    const uniqueId = `${serial}`
    inFlight = { uniqueId, outgoing: { ...outgoing, attempts: outgoing.attempts + 1 } }
    socket.send(JSON.stringify([2, uniqueId, outgoing.action, outgoing.payload]))
    ticks.after(ANSWER_TIMEOUT_MS, () => giveBack(uniqueId))
  }

  /** Sends again what was not answered, until its attempts are used up. */
  function giveBack(uniqueId: string): void {
    if (inFlight?.uniqueId !== uniqueId) return
    if (inFlight.outgoing.attempts < ATTEMPTS) outbox.unshift(inFlight.outgoing)
    inFlight = undefined
    pump()
  }

  function onFrame(from: WebSocket, text: string): void {
    const frame = JSON.parse(text) as [number, string, ...unknown[]]
    if (frame[0] === 2) onCall(from, frame[1], String(frame[2]), frame[3] as Record<string, unknown>)
    else if (inFlight?.uniqueId === frame[1]) onAnswer(inFlight, frame)
  }

  function onAnswer({ uniqueId, outgoing }: { uniqueId: string; outgoing: Outgoing }, [type, , content]: readonly unknown[]): void {
    if (type === 4) options.onCallError(outgoing.action, String(content))
    else options.onAnswered(outgoing.action, content)
    if (type === 4 && content === 'InternalError') {
      ticks.after(RETRY_MS, () => giveBack(uniqueId))
      return
    }
    inFlight = undefined
    pump()
  }

  function onCall(from: WebSocket, uniqueId: string, action: string, payload: Record<string, unknown>): void {
    const { reply, delayMs } = options.onCall(action, payload)
    const frame = reply.kind === 'result' ? [3, uniqueId, reply.payload] : [4, uniqueId, reply.code, reply.description, {}]
    const send = () => {
      if (from.readyState !== WebSocket.OPEN) return
      from.send(JSON.stringify(frame))
      options.onReplySent()
    }
    if (delayMs === 0) send()
    else ticks.after(delayMs, send)
  }

  function open(): void {
    if (socket !== undefined) return
    const authorization = `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`
    const opened = new WebSocket(`${url()}/${encodeURIComponent(id)}`, [subprotocol], {
      perMessageDeflate: false,
      headers: { authorization },
    })
    socket = opened
    opened.on('open', () => {
      options.onOpen()
      pump()
    })
    opened.on('message', (data) => onFrame(opened, data.toString()))
    opened.on('error', () => undefined)
    opened.on('close', () => {
      if (socket !== opened) return
      socket = undefined
      if (inFlight !== undefined) outbox.unshift(inFlight.outgoing)
      inFlight = undefined
      options.onClosed()
    })
  }

  return {
    open,
    close: () => socket?.close(),
    drop: () => socket?.terminate(),
    isIdle: () => socket === undefined,
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    send(action, payload) {
      if (outbox.length >= MAX_KEPT) outbox.shift()
      outbox.push({ action, payload, attempts: 0 })
      pump()
    },
    unsent: () => outbox.length + (inFlight === undefined ? 0 : 1),
  }
}
