/** Counts and times requests, by route and status. */
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { Histogram, type Registry } from 'prom-client'
import type { RestEnv } from './access.ts'

/** Buckets in seconds: from an answer out of memory to one that waited for a verdict. */
const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]

export function measure(registry: Registry): MiddlewareHandler<RestEnv> {
  const durations = new Histogram({
    name: 'drover_rest_request_seconds',
    help: 'Real time from request to answer, seconds.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  })
  return async (context, next) => {
    const startNs = process.hrtime.bigint()
    await next()
    const route = context.res.status === 404 ? 'none' : routePath(context, -1)
    durations.observe({ method: context.req.method, route, status: context.res.status }, Number(process.hrtime.bigint() - startNs) / 1e9)
  }
}
