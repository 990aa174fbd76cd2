/** Hears the VTN say that something changed (webhook): answers its echo challenge, checks its token, and passes on a hint, no more. */
import { timingSafeEqual } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import { sha256Hex } from '../../topics/ids.ts'

export interface CallbackOptions {
  /** The VTN has to show it as bearer token; it was given it with the subscription. */
  readonly token: string
  readonly onHint: () => void
  /** Told of every answer. */
  readonly onAnswer?: (status: number) => void
}

const MOST_BYTES = 1_000_000
const LONGEST_ECHO = 1_000

const problem = (status: 400 | 401 | 413, title: string): Response =>
  new Response(JSON.stringify({ type: 'about:blank', status, title }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) },
  })

/** Equal digests tell nothing of how far two tokens agree. */
const sameToken = (given: string, token: string): boolean => timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(token)))

/** A notification, or one that was encoded twice, as the reference VTN is known to do. */
function isNotification(text: string): boolean {
  try {
    const once: unknown = JSON.parse(text)
    const json: unknown = typeof once === 'string' ? JSON.parse(once) : once
    return typeof json === 'object' && json !== null && 'objectType' in json && 'operation' in json
  } catch {
    return false
  }
}

/** What a notification says is not believed, only that there is one: the next poll will show what changed. */
export function createCallbackApp({ token, onHint, onAnswer = () => undefined }: CallbackOptions): Hono {
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    onAnswer(context.res.status)
  })
  app.use(bodyLimit({ maxSize: MOST_BYTES, onError: () => problem(413, `the body is longer than ${MOST_BYTES} bytes`) }))
  app.get('*', (context) => {
    const echo = context.req.query('echo')
    if (echo === undefined || echo.length > LONGEST_ECHO) return problem(400, 'echo: is missing, or too long')
    // Plain text that no browser takes for anything else: the words are the caller's.
    return context.text(echo, 200, { 'x-content-type-options': 'nosniff' })
  })
  app.post('*', async (context) => {
    const given = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? ''
    if (!sameToken(given, token)) return problem(401, 'the bearer token is not the one of the subscription')
    if (!isNotification(await context.req.text())) return problem(400, 'the body is no notification')
    onHint()
    return context.body(null, 200)
  })
  return app
}

export interface RunningCallback {
  stop(): Promise<void>
}

/** Serves on 127.0.0.1; TLS is for the proxy in front. A port that is taken is logged: polling goes on without hints. */
export function startCallback(port: number, options: CallbackOptions, log: Logger): RunningCallback {
  const server = serve({ fetch: createCallbackApp(options).fetch, hostname: '127.0.0.1', port })
  server.on('error', (error) => log.error({ port, err: error }, 'webhooks cannot be heard; polling goes on without them'))
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
