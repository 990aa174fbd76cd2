/** The listener of IEEE 2030.5: mutual TLS, bounded in connections, sizes and time. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { lfdiOf } from '../identity.ts'
import { chooseCiphers } from '../tls/ciphers.ts'
import { type Credentials, contextOf } from '../tls/credentials.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly credentials: Credentials
  readonly maxConnections: number
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void
}

export interface Listener {
  readonly port: number
  /** Everybody shakes hands anew. */
  renew(credentials: Credentials): Promise<void>
  close(): Promise<void>
}

/** Time to send a request whole, and of silence on a connection; slow readers and writers hold a socket no longer. */
const REQUEST_MS = 20_000
const SILENCE_MS = 30_000
const KEEP_ALIVE_MS = 65_000
const HANDSHAKE_MS = 10_000
const MAX_HEADER_BYTES = 8 * 1024

export async function listen(options: ListenOptions): Promise<Listener> {
  const { host, port, credentials, maxConnections, onRequest } = options
  const server = createServer(
    {
      ...contextOf(credentials, await chooseCiphers(credentials)),
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_MS,
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    onRequest,
  )
  server.maxConnections = maxConnections
  server.timeout = SILENCE_MS
  // Also those that are still shaking hands, of which the HTTP server knows nothing.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const drop = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, 4096, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async renew(fresh) {
      server.setSecureContext(contextOf(fresh, await chooseCiphers(fresh)))
      drop()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        drop()
      }),
  }
}

/** Reading a certificate costs more than answering most requests, and a connection keeps the one that it began with. */
const known = new WeakMap<Socket, string>()

/** What a connection's certificate is called; empty where it has none. */
export function certificateOf({ socket }: IncomingMessage): string {
  const before = known.get(socket)
  if (before !== undefined) return before
  const { fingerprint256 } = (socket as TLSSocket).getPeerCertificate()
  const lfdi = fingerprint256 === undefined ? '' : lfdiOf(fingerprint256)
  known.set(socket, lfdi)
  return lfdi
}
