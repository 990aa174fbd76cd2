/** The REST interface of operators, utilities and device owners, without a socket. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { allow, type RestEnv } from './access.ts'
import type { RestDeps } from './deps.ts'
import { measure } from './metrics.ts'
import { ProblemError, problemResponse } from './problem.ts'
import { addEnrollmentChangeRoutes } from './routes/enrollment-changes.ts'
import { addEventRoutes } from './routes/events.ts'
import { addHoldRoutes } from './routes/holds.ts'
import { addProgramRoutes } from './routes/programs.ts'

/** Everything but GET /health needs a token; every error is problem+json. */
export function createRestApp(deps: RestDeps): Hono<RestEnv> {
  const { tokens, registry, log, maxBodyBytes = 2_000_000 } = deps
  const app = new Hono<RestEnv>()
  app.use(measure(registry))
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new ProblemError(413, `the body is longer than ${maxBodyBytes} bytes`)
      },
    }),
  )
  app.get('/health', (context) => context.json({ status: 'ok' }))
  app.get('/metrics', allow(tokens, 'operator', 'analyst'), async (context) =>
    context.body(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  )
  addProgramRoutes(app, deps)
  addEnrollmentChangeRoutes(app, deps)
  addEventRoutes(app, deps)
  addHoldRoutes(app, deps)
  app.notFound((context) => problemResponse(new ProblemError(404, `${context.req.method} ${context.req.path}`), context.req.path))
  app.onError((error, context) => {
    if (error instanceof ProblemError) return problemResponse(error, context.req.path)
    log.error({ err: error, method: context.req.method, path: context.req.path }, 'a request failed')
    return problemResponse(new ProblemError(500, 'the fault is recorded in the log of this process'), context.req.path)
  })
  return app
}
