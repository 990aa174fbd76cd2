/** A client of IEEE 2030.5 as far as HTTP and TLS go: mutual TLS with the mandatory suite, and nothing of the server's code. */
import { Agent, request } from 'node:https'
import type { Issued } from '../../../connectors/sep2/tls/authority.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface HttpClient {
  /** Rejects where the connection breaks. */
  ask(method: string, path: string, body?: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
  get(path: string): Promise<HttpAnswer>
  post(path: string, xml: string | Buffer): Promise<HttpAnswer>
  put(path: string, xml: string | Buffer): Promise<HttpAnswer>
  close(): void
}

const SEP_XML = 'application/sep+xml'
/** Newer OpenSSL holds the suite's tag for too short. */
const CIPHERS = 'ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0'

export function createHttpClient(url: string, { cert, key }: Issued, ca: string): HttpClient {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 4, cert, key, ca, ciphers: CIPHERS, maxVersion: 'TLSv1.2' })
  const ask: HttpClient['ask'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const withBody = body === undefined ? {} : { 'content-type': SEP_XML, 'content-length': String(Buffer.byteLength(body)) }
      const asking = request({ hostname, port, path, method, agent, headers: { accept: SEP_XML, ...withBody, ...headers } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') })
        })
        response.on('error', reject)
      })
      asking.on('error', reject)
      // Of a connection that breaks as it is made nothing else may come.
      asking.on('close', () => reject(new Error('the connection was closed')))
      asking.end(body)
    })
  return {
    ask,
    get: (path) => ask('GET', path),
    post: (path, xml) => ask('POST', path, xml),
    put: (path, xml) => ask('PUT', path, xml),
    close: () => agent.destroy(),
  }
}
