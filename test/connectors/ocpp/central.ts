/** A real central system on a free port whose hooks record what they are told, for tests over real sockets. */
import WebSocket from 'ws'
import { isOwn } from '../../../connectors/ocpp/server/credentials.ts'
import type { Hooks, Received, Refused } from '../../../connectors/ocpp/server/hooks.ts'
import { type CallOptions, createOcppServer, type OcppServer, type OcppServerOptions } from '../../../connectors/ocpp/server/server.ts'
import type { CentralAction, CentralRequest } from '../../../connectors/ocpp/v16/central-messages.ts'
import { call16 } from '../../../connectors/ocpp/v16/dialect.ts'
import type { LateAnswer } from '../../../connectors/ocpp/wire/calls.ts'

export const PASSWORD = 'open sesame'

export type Central = {
  server: OcppServer
  url: string
  opened: { id: string; epoch: number }[]
  closed: { id: string; epoch: number; reason: string }[]
  received: (Received & { id: string })[]
  refused: (Refused & { id: string })[]
  late: LateAnswer[]
  errors: unknown[]
}

export async function startCentral(options: Partial<OcppServerOptions> = {}, hooks: Partial<Hooks> = {}): Promise<Central> {
  const seen = { opened: [], closed: [], received: [], refused: [], late: [], errors: [] } as Omit<Central, 'server' | 'url'>
  let epoch = 0
  const server = await createOcppServer({
    port: 0,
    clock: { nowMs: () => Date.now() },
    authenticate: async (id, credentials) => {
      if (id.startsWith('stranger')) return 'unknown'
      if (credentials.kind === 'certificate') return isOwn(id, credentials, undefined) ? 'accepted' : 'denied'
      return Buffer.from(credentials.password ?? []).toString() === PASSWORD ? 'accepted' : 'denied'
    },
    hooks: {
      async onOpen(id) {
        epoch += 1
        seen.opened.push({ id, epoch })
        return epoch
      },
      async onClose(id, closedEpoch, reason) {
        seen.closed.push({ id, epoch: closedEpoch, reason })
      },
      async onMessage(id, received) {
        seen.received.push({ id, ...received })
      },
      async onRefused(id, refused) {
        seen.refused.push({ id, ...refused })
      },
      onLateAnswer: (_, answer) => seen.late.push(answer),
      onError: (_, error) => seen.errors.push(error),
      ...hooks,
    },
    ...options,
  })
  return { server, url: `ws://127.0.0.1:${server.port}/ocpp`, ...seen }
}

/** A request of ours to a station of OCPP 1.6. */
export const ask = <A extends CentralAction>(
  { server }: Pick<Central, 'server'>,
  id: string,
  action: A,
  payload: CentralRequest<A>,
  options?: CallOptions,
): ReturnType<OcppServer['call']> => server.call(id, call16(action, payload), options)

/** A bare station: it says only what the test says. */
export type Station = {
  socket: WebSocket
  frames: unknown[][]
  send(frame: unknown): void
  closed: Promise<{ code: number; reason: string }>
}

export type ConnectOptions = { password?: string; protocols?: string[]; authorization?: string; autoPong?: boolean }

/** Rejects with the HTTP status where the upgrade is refused. */
export async function connect({ url }: Central, id: string, options: ConnectOptions = {}): Promise<Station> {
  const { password = PASSWORD, protocols = ['ocpp1.6'], autoPong = true } = options
  const authorization = options.authorization ?? `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`
  const socket = new WebSocket(`${url}/${encodeURIComponent(id)}`, protocols, {
    headers: { authorization },
    autoPong,
    perMessageDeflate: false,
  })
  const frames: unknown[][] = []
  socket.on('message', (data) => frames.push(JSON.parse(data.toString()) as unknown[]))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_, response) => reject(new Error(`HTTP ${response.statusCode}`)))
  })
  socket.on('error', () => undefined)
  return { socket, frames, closed, send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)) }
}
