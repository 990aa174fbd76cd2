/** Names a request, so that the same one again is taken once. */
import { randomUUID } from 'node:crypto'
import { hashId } from '../../topics/ids.ts'
import type { RestContext } from './access.ts'

/** Follows from the Idempotency-Key, where there is one, within the token and the route. */
export function requestIdOf(context: RestContext): string {
  const key = context.req.header('idempotency-key')
  return key === undefined ? randomUUID() : hashId('REST', context.get('token').name, context.req.method, context.req.path, key)
}
