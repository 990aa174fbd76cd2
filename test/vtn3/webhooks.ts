/** Calls those who subscribed at a test VTN. */
import type { Revision } from '../../gateway/openadr3/revision.ts'
import type { Given } from './routes.ts'
import type { Objects } from './store.ts'

interface Subscribed {
  readonly objects: readonly string[]
  readonly operations: readonly string[]
  readonly callbackUrl: string
  readonly bearerToken?: string
}

/** 3.0.1 subscribes by one set of words, and notifies by another (schemas subscription and notification). */
const words30 = { CREATE: 'POST', UPDATE: 'PUT', DELETE: 'DELETE' } as const

export async function notify(objects: Objects, revision: Revision, { operation, object }: NonNullable<Given['touched']>): Promise<void> {
  const word = revision === '3.0' ? words30[operation] : operation
  for (const subscription of objects.all('subscriptions'))
    for (const { objects: types, operations, callbackUrl, bearerToken } of subscription.objectOperations as readonly Subscribed[]) {
      if (!types.includes(object.objectType) || !operations.includes(operation)) continue
      const authorization = bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` }
      const body = JSON.stringify({ objectType: object.objectType, operation: word, object })
      await fetch(callbackUrl, { method: 'POST', headers: { 'content-type': 'application/json', ...authorization }, body }).catch(
        () => undefined,
      )
    }
}
