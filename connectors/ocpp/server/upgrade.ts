/** Lets a station in: not too many at once, by its id, its credentials and a version of OCPP that both sides speak. */
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { hashId } from '../../../topics/ids.ts'
import { dialects, negotiate } from '../dialects.ts'
import type { OcppInstruments, UpgradeOutcome } from '../instruments.ts'
import type { Dialect, OcppVersion } from '../wire/dialect.ts'
import type { Credentials } from './credentials.ts'
import { offeredProtocols, passwordOf, stationIdOf } from './handshake.ts'
import type { Upgrade } from './listeners.ts'
import type { TokenBucket } from './token-bucket.ts'

export type Authenticate = (id: string, credentials: Credentials) => Promise<'accepted' | 'denied' | 'unknown'>

export type DoorOptions = {
  authenticate: Authenticate
  /** The version that a station is registered for, taken where it offers that one too. */
  versionOf(id: string): OcppVersion | undefined
  accepting: TokenBucket
  maxPayloadBytes: number
  instruments: OcppInstruments
  onError(id: string, error: unknown): void
  onAdmitted(id: string, socket: WebSocket, dialect: Dialect): void
}

export type Door = {
  onUpgrade(upgrade: Upgrade): void
  /** Ends what does not end by itself. */
  cutAll(): void
}

/** Those that are sent away come back spread over so many seconds. */
const RETRY_SPREAD_S = 10

export function createDoor(options: DoorOptions): Door {
  const chosen = new WeakMap<IncomingMessage, Dialect>()
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.maxPayloadBytes,
    handleProtocols: (_offered, request) => chosen.get(request)?.subprotocol ?? false,
  })

  function admit(id: string, { request, socket, head }: Upgrade): UpgradeOutcome {
    const offered = offeredProtocols(request.headers['sec-websocket-protocol'])
    const dialect = negotiate(offered, options.versionOf(id))
    if (dialect) chosen.set(request, dialect)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (dialect) return options.onAdmitted(id, webSocket, dialect)
      // OCPP-J 1.6 §3.2, 2.0.1 part 4 §3.1.2: complete the handshake without a subprotocol, then close at once.
      webSocket.on('error', (error) => options.onError(id, error))
      webSocket.close(1002, `offer a subprotocol of ${dialects.map(({ subprotocol }) => subprotocol).join(' or ')}`)
    })
    return dialect ? 'admitted' : 'subprotocol'
  }

  async function decide(upgrade: Upgrade): Promise<UpgradeOutcome> {
    const { request, socket, certificate } = upgrade
    if (!options.accepting.tryTake()) return refuse(socket, 503, 'shed', `Retry-After: ${retryAfterS(request.url ?? '')}\r\n`)
    const id = stationIdOf(request.url ?? '')
    if (id === undefined) return refuse(socket, 404, 'not-a-station')
    const credentials: Credentials = certificate
      ? { kind: 'certificate', ...certificate }
      : { kind: 'password', password: passwordOf(request.headers.authorization, id) }
    try {
      const verdict = await options.authenticate(id, credentials)
      if (verdict === 'unknown') return refuse(socket, 404, 'unknown-station')
      if (verdict === 'denied') return refuse(socket, 401, 'bad-credentials', certificate ? '' : CHALLENGE)
    } catch (error) {
      options.onError(id, error)
      return refuse(socket, 503, 'fault')
    }
    return admit(id, upgrade)
  }

  return {
    onUpgrade(upgrade) {
      const onError = (error: unknown) => options.onError('', error)
      upgrade.socket.on('error', onError)
      void decide(upgrade).then((outcome) => {
        // From then on the socket is the WebSocket's; one that was refused may still fail.
        if (outcome === 'admitted' || outcome === 'subprotocol') upgrade.socket.off('error', onError)
        options.instruments.upgraded(outcome)
      })
    },
    cutAll() {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

const CHALLENGE = 'WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"\r\n'

const retryAfterS = (url: string): number => 1 + (Number.parseInt(hashId('retry', url).slice(0, 8), 16) % RETRY_SPREAD_S)

function refuse(socket: Duplex, status: number, outcome: UpgradeOutcome, headers = ''): UpgradeOutcome {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`)
  return outcome
}
