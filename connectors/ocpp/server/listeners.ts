/** The listening sockets of the OCPP server: plain (security profile 1), TLS (2), and TLS with certificates of the stations (3). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { certificateOf, type StationCertificate } from './credentials.ts'
import { type KeyFiles, readKeys, stateOf } from './key-files.ts'

type Where = {
  /** 0 takes any free port. */
  port: number
  /** 127.0.0.1 unless said otherwise. */
  host?: string
}

export type SecureListener = Where & {
  /** 2: Basic auth over TLS; 3: a certificate of the station, signed by an authority in `caFile`. */
  profile: 2 | 3
  files: KeyFiles
  /** How often the files are looked at. */
  reloadEveryMs?: number
}

export type Upgrade = {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
  /** With profile 3. */
  certificate: StationCertificate | undefined
}

export type ListenerEvents = {
  onUpgrade(upgrade: Upgrade): void
  /** A connection that ended before any HTTP; `code` is OpenSSL's word, or ''. */
  onTlsRefused(code: string): void
  onError(error: unknown): void
}

export type Listening = {
  port: number
  /** No new connections; resolves when the last has ended. */
  close(): Promise<void>
  cutAll(): void
}

const BACKLOG = 4096
const RELOAD_EVERY_MS = 60_000

const noWebSocket = (_request: IncomingMessage, response: ServerResponse): void =>
  void response.writeHead(426, { connection: 'close' }).end()

export async function listenPlain({ port, host }: Where, { onUpgrade }: ListenerEvents): Promise<Listening> {
  const server = createServer(noWebSocket)
  server.on('upgrade', (request, socket, head) => onUpgrade({ request, socket, head, certificate: undefined }))
  return listen(server, { port, ...(host === undefined ? {} : { host }) }, () => undefined)
}

/**
 * OCPP 1.6 security whitepaper §2, 2.0.1 A00: TLS 1.2 or later. Verification is asked for without having TLS refuse by itself, so that
 * we can say why: who fails is cut before any HTTP.
 */
export async function listenSecure(listener: SecureListener, events: ListenerEvents): Promise<Listening> {
  const { profile, files, reloadEveryMs = RELOAD_EVERY_MS } = listener
  const asksCertificate = profile === 3
  if (asksCertificate && files.caFile === undefined)
    throw new Error('files.caFile: is missing; profile 3 needs the authorities of stations')
  const server = createTlsServer(
    { ...readKeys(files), minVersion: 'TLSv1.2', requestCert: asksCertificate, rejectUnauthorized: false },
    noWebSocket,
  )
  server.prependListener('secureConnection', (socket) => {
    if (!asksCertificate || socket.authorized) return
    events.onTlsRefused(String(socket.authorizationError ?? ''))
    socket.destroy()
  })
  server.on('tlsClientError', (error: Error & { code?: string }) => events.onTlsRefused(error.code ?? ''))
  server.on('upgrade', (request, socket, head) => {
    const certificate = asksCertificate ? certificateOf((socket as TLSSocket).getPeerCertificate()) : undefined
    events.onUpgrade({ request, socket, head, certificate })
  })
  return listen(server, listener, followFiles(server, files, reloadEveryMs, events))
}

/** New files hold for new connections; those that are open stay. Returns what ends the watch. */
function followFiles(server: TlsServer, files: KeyFiles, everyMs: number, { onError }: ListenerEvents): () => void {
  let known = stateOf(files)
  const timer = setInterval(() => {
    try {
      const now = stateOf(files)
      if (now === known) return
      known = now
      server.setSecureContext({ ...readKeys(files), minVersion: 'TLSv1.2' })
    } catch (error) {
      // The old ones hold on.
      onError(error)
    }
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

async function listen(server: Server | TlsServer, { port, host = '127.0.0.1' }: Where, onClose: () => void): Promise<Listening> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, BACKLOG, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      onClose()
      return new Promise((resolve) => server.close(() => resolve()))
    },
    cutAll: () => server.closeAllConnections(),
  }
}
