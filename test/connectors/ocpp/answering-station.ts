/** A station that answers our requests as a test says, and keeps them in order. */
import WebSocket from 'ws'
import { PASSWORD } from './central.ts'

/** A payload, or an error code, or nothing at all. */
export type Reply = { readonly result: object } | { readonly error: string } | 'silence'

export interface AnsweringStation {
  /** Requests of ours, oldest first. */
  readonly calls: readonly { readonly action: string; readonly payload: Record<string, unknown> }[]
  actions(): readonly string[]
  /** Resolves to the payload of our answer, rejects with its error code. */
  request(action: string, payload: object): Promise<Record<string, unknown>>
  close(): Promise<void>
}

export interface StationOptions {
  readonly subprotocol?: string
  readonly answer: (action: string, payload: Record<string, unknown>) => Reply
}

/** `url`: up to the station's id. */
export async function answeringStation(
  url: string,
  id: string,
  { subprotocol = 'ocpp1.6', answer }: StationOptions,
): Promise<AnsweringStation> {
  const authorization = `Basic ${Buffer.from(`${id}:${PASSWORD}`).toString('base64')}`
  const socket = new WebSocket(`${url}/${encodeURIComponent(id)}`, [subprotocol], { headers: { authorization } })
  const calls: { action: string; payload: Record<string, unknown> }[] = []
  const asked = new Map<string, { resolve(payload: Record<string, unknown>): void; reject(error: Error): void }>()
  const write = (frame: readonly unknown[]): void => socket.send(JSON.stringify(frame))
  let serial = 0

  socket.on('message', (data) => {
    const [type, uniqueId, third, fourth] = JSON.parse(data.toString()) as [number, string, unknown, unknown]
    if (type === 2) {
      const payload = fourth as Record<string, unknown>
      calls.push({ action: String(third), payload })
      const reply = answer(String(third), payload)
      if (reply === 'silence') return
      write('error' in reply ? [4, uniqueId, reply.error, '', {}] : [3, uniqueId, reply.result])
    } else if (type === 3) asked.get(uniqueId)?.resolve(third as Record<string, unknown>)
    else asked.get(uniqueId)?.reject(new Error(String(third)))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  return {
    calls,
    actions: () => calls.map(({ action }) => action),
    request(action, payload) {
      const uniqueId = `q${++serial}`
      write([2, uniqueId, action, payload])
      return new Promise((resolve, reject) => asked.set(uniqueId, { resolve, reject }))
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.terminate()
      await closed
    },
  }
}
