/** Stands between a client and a server and misbehaves on demand: hangs, breaks off, or answers with what the test gives it. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

export type Misbehaviour =
  | 'hang'
  | 'break off'
  /** An answer that begins well and never ends: a byte now and then. */
  | 'trickle'
  | {
      readonly status: number
      readonly body: string
      readonly contentType?: string
      readonly headers?: Readonly<Record<string, string>>
    }

export interface UnrulyProxy {
  readonly url: string
  /** The next `times` requests whose path ends in `pathEnd` get this instead of an answer of the server. */
  misbehave(pathEnd: string, how: Misbehaviour, times?: number): void
  /** Requests seen so far whose path ends in `pathEnd`. */
  seen(pathEnd: string): number
  stop(): Promise<void>
}

function passOn(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const onward = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}

const TRICKLE_MS = 20

function trickle(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': 'application/xml' })
  const timer = setInterval(() => outgoing.write(' '), TRICKLE_MS)
  outgoing.on('close', () => clearInterval(timer))
}

/** With `tls` the client speaks TLS to the proxy, and the proxy plain HTTP to the server. */
export async function startUnrulyProxy(target: string, tls?: ServerOptions): Promise<UnrulyProxy> {
  const plans: { pathEnd: string; how: Misbehaviour; times: number }[] = []
  const paths: string[] = []
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const path = incoming.url ?? ''
    paths.push(path)
    const plan = plans.find(({ pathEnd, times }) => times > 0 && path.endsWith(pathEnd))
    if (!plan) {
      passOn(target, incoming, outgoing)
      return
    }
    plan.times -= 1
    incoming.resume()
    if (plan.how === 'break off') outgoing.destroy()
    else if (plan.how === 'trickle') trickle(outgoing)
    else if (plan.how !== 'hang')
      outgoing.writeHead(plan.how.status, { 'content-type': plan.how.contentType ?? 'text/html', ...plan.how.headers }).end(plan.how.body)
  }
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misbehave: (pathEnd, how, times = 1) => void plans.push({ pathEnd, how, times }),
    seen: (pathEnd) => paths.filter((path) => path.endsWith(pathEnd)).length,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
