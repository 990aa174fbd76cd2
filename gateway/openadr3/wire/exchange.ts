/** Carries one request over HTTP and brings back the answer untouched, within bounds of time and size. */
import { type ClientRequest, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'

/** PEM texts; `ca` replaces the system's authorities. TLS 1.2 at least, as OpenADR 3 wants. */
export interface ExchangeTls {
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
}

export interface ExchangeOptions {
  readonly tls?: ExchangeTls
  /** Real ms from the first byte sent to the last byte received; default 30,000. */
  readonly timeoutMs?: number
  /** Longer answers are broken off; default 5 MB. */
  readonly maxBytes?: number
}

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back, uninterpreted: also a 404 or a page of HTML. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface Exchange {
  /** Rejects where no whole answer came back; whether the VTN acted on the request is then unknown. Redirects are not followed. */
  send(outgoing: Outgoing): Promise<RawAnswer>
  close(): void
}

interface Limits {
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** Sends the request and gathers the whole answer, or says why there is none. */
function gather(request: ClientRequest, { method, url, body }: Outgoing, { timeoutMs, maxBytes }: Limits): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string): void => {
      clearTimeout(timer)
      reject(new Error(`${method} ${url.origin}${url.pathname}: ${problem}`))
      request.destroy()
    }
    const timer = setTimeout(() => fail(`no whole answer within ${timeoutMs} ms`), timeoutMs)
    request.on('error', ({ message }) => fail(message))
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > maxBytes) fail(`the answer is longer than ${maxBytes} bytes`)
        else chunks.push(chunk)
      })
      response.on('aborted', () => fail('the answer broke off'))
      response.on('end', () => {
        clearTimeout(timer)
        const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
        resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) })
      })
    })
    request.end(body)
  })
}

export function createExchange({ tls, timeoutMs = 30_000, maxBytes = 5_000_000 }: ExchangeOptions = {}): Exchange {
  const plain = new PlainAgent({ keepAlive: true })
  const secure = new TlsAgent({ keepAlive: true, minVersion: 'TLSv1.2', ...tls })

  const open = ({ method, url, headers, body }: Outgoing): ClientRequest => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method, headers: { accept: 'application/json', ...headers, ...length } }
    return url.protocol === 'https:' ? tlsRequest(url, { ...options, agent: secure }) : plainRequest(url, { ...options, agent: plain })
  }

  return {
    send: async (outgoing) => gather(open(outgoing), outgoing, { timeoutMs, maxBytes }),
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}
