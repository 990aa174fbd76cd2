/** Carries one payload to a VTN over simple HTTP and brings back the answer untouched, so that it can be recorded before it is understood. */

import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { matches, parseFingerprint } from './fingerprint.ts'
import { MAX_BODY_BYTES } from './limits.ts'
import type { Service } from './service.ts'

/**
 * Mutual TLS: PEM texts. `ca` replaces the system's authorities. `fingerprint` pins the certificate of the VTN (fingerprint.ts), which then
 * need not bear the name of its host.
 */
export type ExchangeTls = { cert?: string; key?: string; passphrase?: string; ca?: string | string[]; fingerprint?: string }

export type ExchangeOptions = {
  /** Address of the VTN, e.g. `https://vtn.example:8443`; the path of the binding is added. */
  base: string
  /** From the first byte sent to the last byte received; 30 s by default. */
  timeoutMs?: number
  /** Longer answers are broken off; 30 MB by default. */
  maxResponseBytes?: number
  tls?: ExchangeTls
}

/** What came back, uninterpreted: also a 404 or a page of HTML. */
export type RawAnswer = { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }

export type Exchange = {
  /** POSTs one document to `<base>/OpenADR2/Simple/2.0b/<service>`; an ExchangeError where no whole answer came back. */
  post: (service: Service, document: string) => Promise<RawAnswer>
  /** Closes idle connections. */
  close: () => void
}

/** `unreachable`: no connection, or it broke. `timeout`: no whole answer in time. `too-large`: the answer was broken off. */
export type ExchangeFault = 'unreachable' | 'timeout' | 'too-large'

/** ExchangeError says that no whole answer came back, and why; whether the VTN acted on the request is then unknown. */
export class ExchangeError extends Error {
  readonly fault: ExchangeFault

  constructor(fault: ExchangeFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ExchangeError'
    this.fault = fault
  }
}

/** A keep-alive connection to one VTN; redirects are not followed. */
export const createExchange = (options: ExchangeOptions): Exchange => {
  const base = new URL(options.base)
  const secure = base.protocol === 'https:'
  if (!secure && base.protocol !== 'http:') throw new RangeError(`base '${options.base}' must be an http or https address`)
  const agent = secure ? new TlsAgent(agentOptions(options.tls)) : new PlainAgent({ keepAlive: true })
  const path = `${base.pathname.replace(/\/$/, '')}/OpenADR2/Simple/2.0b`
  const open = (url: URL, headers: Record<string, string | number>): ClientRequest =>
    secure ? tlsRequest(url, { method: 'POST', agent: agent as TlsAgent, headers }) : plainRequest(url, { method: 'POST', agent, headers })
  return {
    post: (service, document) => {
      const body = Buffer.from(document, 'utf8')
      const url = new URL(`${path}/${service}`, base)
      return send(
        open(url, { 'content-type': 'application/xml', accept: 'application/xml', 'content-length': body.length }),
        body,
        url,
        options,
      )
    },
    close: () => agent.destroy(),
  }
}

/** OpenADR 2.0b asks for TLS 1.2 at least. A resumed session was checked when it was opened. */
const agentOptions = ({ fingerprint, ...tls }: ExchangeTls = {}) => {
  const pinned = fingerprint === undefined ? undefined : parseFingerprint(fingerprint)
  const identify = (host: string, cert: PeerCertificate): Error | undefined => {
    if (pinned === undefined) return checkServerIdentity(host, cert)
    return matches(cert.fingerprint256, pinned) ? undefined : new Error(`the VTN's certificate has fingerprint ${cert.fingerprint256}`)
  }
  return { keepAlive: true, minVersion: 'TLSv1.2', checkServerIdentity: identify, ...tls } as const
}

const send = (request: ClientRequest, body: Uint8Array, url: URL, options: ExchangeOptions): Promise<RawAnswer> => {
  const { timeoutMs = 30_000, maxResponseBytes = MAX_BODY_BYTES } = options
  return new Promise((resolve, reject) => {
    const fail = (fault: ExchangeFault, problem: string, cause?: unknown): void => {
      clearTimeout(timer)
      reject(new ExchangeError(fault, `POST ${url.href}: ${problem}`, { cause }))
      request.destroy()
    }
    const timer = setTimeout(() => fail('timeout', `no whole answer within ${timeoutMs} ms`), timeoutMs)
    request.on('error', (cause) => fail('unreachable', cause.message, cause))
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > maxResponseBytes) fail('too-large', `the answer is longer than ${maxResponseBytes} bytes`)
        else chunks.push(chunk)
      })
      response.on('error', (cause) => fail('unreachable', cause.message, cause))
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: Buffer.concat(chunks) })
      })
    })
    request.end(body)
  })
}

const headersOf = (response: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
