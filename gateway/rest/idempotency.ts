/** Takes the same request once, by its Idempotency-Key: what was asked first stands on the log, and so does its answer. */
import { createHash, randomUUID } from 'node:crypto'
import { hashId } from '../../topics/ids.ts'
import type { RestContext } from './access.ts'
import { ProblemError } from './problem.ts'

const LONGEST = 255

/** How a request is named. */
export interface Named {
  /** Follows from the key, the token and the route; random without a key. */
  readonly requestId: string
  /** Of the body as it came; empty without a key. */
  readonly bodyHash: string
}

/** 422 with an empty key, or one that is too long. */
export function keyOf(context: RestContext): string | undefined {
  const key = context.req.header('idempotency-key')
  if (key === undefined || (key.length > 0 && key.length <= LONGEST)) return key
  throw new ProblemError(422, `idempotency-key: must have 1 to ${LONGEST} letters; found ${key.length}`)
}

/** The body can be read again after this. */
export async function nameRequest(context: RestContext): Promise<Named> {
  const key = keyOf(context)
  if (key === undefined) return { requestId: randomUUID(), bodyHash: '' }
  const { method, path } = context.req
  return {
    requestId: hashId('REST', context.get('token').name, method, path, key),
    bodyHash: createHash('sha256')
      .update(await context.req.text())
      .digest('hex'),
  }
}

/** 422 when the key came with another body before. */
export function requireSameBody(named: Named, earlier: { readonly bodyHash: string } | undefined): void {
  if (earlier === undefined || named.bodyHash === '' || earlier.bodyHash === '' || earlier.bodyHash === named.bodyHash) return
  throw new ProblemError(422, 'idempotency-key: was given with another body before; take a new key for a new request')
}
