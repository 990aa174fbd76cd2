/** /health and /metrics: how this process does. */
import { health } from '../event-bodies.ts'
import type { Operation } from '../operation.ts'

export const ownOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path: '/health', operationId: 'getHealth', scopes: null },
    about: 'Whether this process serves.',
    answers: { 200: { about: 'It does.', body: health } },
    handle: (context) => context.json({ status: 'ok' }),
  },
  {
    ...{ method: 'get', path: '/metrics', operationId: 'getMetrics', scopes: ['operator', 'analyst'] },
    about: 'Metrics of this process, in the text form of Prometheus.',
    answers: { 200: { about: 'The metrics.' } },
    handle: async (context, { registry }) => context.body(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  },
]
