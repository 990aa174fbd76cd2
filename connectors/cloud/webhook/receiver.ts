/** Takes messages of vendors over HTTP: signed, fresh, each once, and answered only when what they say is on the log. */
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { CloudInstruments } from '../instruments.ts'
import { checkSignature } from './signature.ts'

export interface ReceiverOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly host?: string
  readonly clock: Clock
  readonly instruments: CloudInstruments
  /** undefined: the credential takes no messages, or there is none of the name. */
  readonly secretOf: (credential: string) => string | undefined
  /** Settles when all that the body says is durable; rejects where it is not, and the vendor is to send it again. */
  readonly take: (credential: string, body: Buffer) => Promise<'taken' | 'unreadable'>
  readonly onError: (error: unknown) => void
}

export interface Receiver {
  readonly port: number
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 1024 * 1024
/** What a signature is compared with where there is no secret, so that the answer takes as long. */
const NO_SECRET = randomBytes(32).toString('hex')

/** `POST /webhooks/<credential>` with `X-Timestamp` and `X-Signature`. Resolves when it listens. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const app = new Hono()
  app.post('/webhooks/:credential', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.body(null, 413) }), (c) => onMessage(options, c))
  const server: Server = createServer(getRequestListener(app.fetch))
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host ?? '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Who is refused is not told why. */
async function onMessage(options: ReceiverOptions, c: Context): Promise<Response> {
  const { clock, instruments, secretOf, take, onError } = options
  const credential = c.req.param('credential') ?? ''
  const body = Buffer.from(await c.req.arrayBuffer())
  const signed = { timestamp: c.req.header('x-timestamp') ?? '', signature: c.req.header('x-signature') ?? '', body }
  const secret = secretOf(credential)
  const checked = checkSignature(secret ?? NO_SECRET, signed, clock.nowMs())
  if (secret === undefined || checked !== 'sound') {
    // A name that we do not know is no label: anybody could make up any number of them.
    instruments.heard(secret === undefined ? '' : credential, checked === 'stale' ? 'stale' : 'unsigned')
    return c.body(null, 401)
  }
  try {
    const outcome = await take(credential, body)
    if (outcome === 'unreadable') instruments.heard(credential, 'unreadable')
    return c.body(null, outcome === 'taken' ? 204 : 400)
  } catch (error) {
    instruments.heard(credential, 'failed')
    onError(error)
    return c.body(null, 503)
  }
}
