/** The REST interface of operators, utilities and device owners, without a socket. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { codeVersion } from '../cli/code-version.ts'
import type { RestEnv } from './access.ts'
import type { RestDeps } from './deps.ts'
import { measure } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import { addOperation, type Operation } from './operation.ts'
import { ProblemError, problemResponse } from './problem.ts'
import { enrollmentOperations } from './routes/enrollment-changes.ts'
import { eventAnswerOperations } from './routes/event-answers.ts'
import { eventListOperation } from './routes/event-list.ts'
import { eventOperations } from './routes/events.ts'
import { holdOperations } from './routes/holds.ts'
import { nominationOperations } from './routes/nominations.ts'
import { ownOperations } from './routes/own.ts'
import { programOperations } from './routes/programs.ts'
import { scopes } from './tokens.ts'

const served: readonly Operation[] = [
  ...ownOperations,
  ...programOperations,
  ...nominationOperations,
  ...enrollmentOperations,
  eventListOperation,
  ...eventOperations,
  ...eventAnswerOperations,
  ...holdOperations,
]

const documentOperation: Operation = {
  ...{ method: 'get', path: '/openapi.json', operationId: 'getOpenApi', scopes },
  about: 'This document.',
  answers: { 200: { about: 'OpenAPI 3.1.', body: () => ({ type: 'object' }) } },
  handle: (context) => context.json(openApi),
}

/** Everything that is served; what is not here is no route. */
export const operations: readonly Operation[] = [...served, documentOperation]

const openApi = openApiDocument(operations, codeVersion)

/** Everything but GET /health needs a token; every error is problem+json. */
export function createRestApp(deps: RestDeps): Hono<RestEnv> {
  const { registry, log, maxBodyBytes = 2_000_000 } = deps
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
  for (const operation of operations) addOperation(app, operation, deps)
  app.notFound((context) => problemResponse(new ProblemError(404, `${context.req.method} ${context.req.path}`), context.req.path))
  app.onError((error, context) => {
    if (error instanceof ProblemError) return problemResponse(error, context.req.path)
    log.error({ err: error, method: context.req.method, path: context.req.path }, 'a request failed')
    return problemResponse(new ProblemError(500, 'the fault is recorded in the log of this process'), context.req.path)
  })
  return app
}
